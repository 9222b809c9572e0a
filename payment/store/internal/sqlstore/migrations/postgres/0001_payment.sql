-- What a row is found by has a column; the rest is in doc, as JSON without floats.
-- Instants are RFC 3339 text in UTC. Text is compared by its bytes, whatever the
-- database's language. A table whose docs change has room on its pages (fillfactor) for
-- what a row becomes, so that its indexes stay as they are: units of work that read one
-- page of an index conflict with who writes there.

-- No rows: what every unit of work locks, so that one may run alone.
CREATE TABLE turn ();

CREATE TABLE positions (
	seq      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	creditor TEXT COLLATE "C" NOT NULL,
	number   TEXT COLLATE "C" NOT NULL,
	owner    TEXT COLLATE "C" NOT NULL,
	debt     TEXT COLLATE "C" NOT NULL,
	status   TEXT COLLATE "C" NOT NULL,
	doc      TEXT COLLATE "C" NOT NULL,
	UNIQUE (creditor, number)
) WITH (fillfactor = 50);
CREATE INDEX positions_owner ON positions (owner, seq);
CREATE INDEX positions_debt ON positions (creditor, debt, seq);

CREATE TABLE orders (
	seq    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id     TEXT COLLATE "C" NOT NULL UNIQUE,
	status TEXT COLLATE "C" NOT NULL,
	doc    TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE order_positions (
	creditor  TEXT COLLATE "C" NOT NULL,
	number    TEXT COLLATE "C" NOT NULL,
	order_seq BIGINT NOT NULL REFERENCES orders (seq),
	PRIMARY KEY (creditor, number, order_seq)
);

-- A receipt is kept once for each creditor that received it; raw is the message.
CREATE TABLE rts (
	seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	creditor    TEXT COLLATE "C" NOT NULL,
	receipt_id  TEXT COLLATE "C" NOT NULL,
	issuer      TEXT COLLATE "C" NOT NULL,
	number      TEXT COLLATE "C" NOT NULL,
	doc         TEXT COLLATE "C" NOT NULL,
	raw         BYTEA NOT NULL,
	UNIQUE (creditor, receipt_id)
);
CREATE INDEX rts_position ON rts (issuer, number, seq);

CREATE TABLE quarantine (
	seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	operation   TEXT COLLATE "C" NOT NULL,
	reason      TEXT COLLATE "C" NOT NULL,
	digest      BYTEA NOT NULL,
	raw         BYTEA NOT NULL,
	received_at TEXT COLLATE "C" NOT NULL,
	times       BIGINT NOT NULL,
	UNIQUE (digest, operation, reason)
);

CREATE TABLE counters (
	creditor    TEXT COLLATE "C" NOT NULL,
	segregation BIGINT NOT NULL,
	last        BIGINT NOT NULL,
	PRIMARY KEY (creditor, segregation)
);

-- tx is the transaction that wrote the event.
CREATE TABLE events (
	seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind       TEXT COLLATE "C" NOT NULL,
	creditor   TEXT COLLATE "C" NOT NULL,
	number     TEXT COLLATE "C" NOT NULL,
	order_id   TEXT COLLATE "C" NOT NULL,
	receipt_id TEXT COLLATE "C" NOT NULL,
	at         TEXT COLLATE "C" NOT NULL,
	delivered  BIGINT NOT NULL DEFAULT 0,
	tx         XID8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX events_pending ON events (seq) WHERE delivered = 0;
CREATE INDEX events_position ON events (creditor, number, seq);
CREATE INDEX events_order ON events (order_id, seq);

CREATE TABLE carts (
	id  TEXT COLLATE "C" PRIMARY KEY,
	doc TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 50);
