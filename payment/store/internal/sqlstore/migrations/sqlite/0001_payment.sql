-- What a row is found by has a column; the rest is in doc, as JSON without floats.
-- Instants are RFC 3339 text in UTC.

CREATE TABLE positions (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT,
	creditor TEXT NOT NULL,
	number   TEXT NOT NULL,
	owner    TEXT NOT NULL,
	debt     TEXT NOT NULL,
	status   TEXT NOT NULL,
	doc      TEXT NOT NULL,
	UNIQUE (creditor, number)
);
CREATE INDEX positions_owner ON positions (owner, seq);
CREATE INDEX positions_debt ON positions (creditor, debt, seq);

CREATE TABLE orders (
	seq    INTEGER PRIMARY KEY AUTOINCREMENT,
	id     TEXT NOT NULL UNIQUE,
	status TEXT NOT NULL,
	doc    TEXT NOT NULL
);
CREATE TABLE order_positions (
	creditor  TEXT NOT NULL,
	number    TEXT NOT NULL,
	order_seq INTEGER NOT NULL REFERENCES orders (seq),
	PRIMARY KEY (creditor, number, order_seq)
) WITHOUT ROWID;

-- A receipt is kept once for each creditor that received it; raw is the message.
CREATE TABLE rts (
	seq         INTEGER PRIMARY KEY AUTOINCREMENT,
	creditor    TEXT NOT NULL,
	receipt_id  TEXT NOT NULL,
	issuer      TEXT NOT NULL,
	number      TEXT NOT NULL,
	doc         TEXT NOT NULL,
	raw         BLOB NOT NULL,
	UNIQUE (creditor, receipt_id)
);
CREATE INDEX rts_position ON rts (issuer, number, seq);

CREATE TABLE quarantine (
	seq         INTEGER PRIMARY KEY AUTOINCREMENT,
	operation   TEXT NOT NULL,
	reason      TEXT NOT NULL,
	digest      BLOB NOT NULL,
	raw         BLOB NOT NULL,
	received_at TEXT NOT NULL,
	times       INTEGER NOT NULL,
	UNIQUE (digest, operation, reason)
);

CREATE TABLE counters (
	creditor    TEXT NOT NULL,
	segregation INTEGER NOT NULL,
	last        INTEGER NOT NULL,
	PRIMARY KEY (creditor, segregation)
) WITHOUT ROWID;

CREATE TABLE events (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	kind       TEXT NOT NULL,
	creditor   TEXT NOT NULL,
	number     TEXT NOT NULL,
	order_id   TEXT NOT NULL,
	receipt_id TEXT NOT NULL,
	at         TEXT NOT NULL,
	delivered  INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX events_pending ON events (seq) WHERE delivered = 0;
CREATE INDEX events_position ON events (creditor, number, seq);
CREATE INDEX events_order ON events (order_id, seq);

CREATE TABLE carts (
	id  TEXT PRIMARY KEY,
	doc TEXT NOT NULL
) WITHOUT ROWID;
