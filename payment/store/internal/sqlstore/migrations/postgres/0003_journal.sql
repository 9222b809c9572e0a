-- The event journal. Every field has a column and every value one form, so that whoever
-- changes a row changes what its seal knows of it: instants are milliseconds since 1970.

CREATE TABLE journal (
	id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	seal         BIGINT NOT NULL DEFAULT 0,
	at           BIGINT NOT NULL,
	creditor     TEXT COLLATE "C" NOT NULL,
	iuv          TEXT COLLATE "C" NOT NULL,
	token        TEXT COLLATE "C" NOT NULL,
	notice       TEXT COLLATE "C" NOT NULL,
	psp          TEXT COLLATE "C" NOT NULL,
	payment_type TEXT COLLATE "C" NOT NULL,
	component    TEXT COLLATE "C" NOT NULL,
	category     TEXT COLLATE "C" NOT NULL,
	operation    TEXT COLLATE "C" NOT NULL,
	subtype      TEXT COLLATE "C" NOT NULL,
	requester    TEXT COLLATE "C" NOT NULL,
	responder    TEXT COLLATE "C" NOT NULL,
	station      TEXT COLLATE "C" NOT NULL,
	channel      TEXT COLLATE "C" NOT NULL,
	size         BIGINT NOT NULL,
	sha256       TEXT COLLATE "C" NOT NULL,
	answers      TEXT COLLATE "C" NOT NULL,
	http_status  BIGINT NOT NULL,
	fault        TEXT COLLATE "C" NOT NULL,
	detail       TEXT COLLATE "C" NOT NULL,
	outcome      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX journal_seal ON journal (seal, id);
CREATE INDEX journal_at ON journal (at, id);
CREATE INDEX journal_notice ON journal (notice, at, id);
CREATE INDEX journal_iuv ON journal (iuv, at, id);

-- A seal covers the rows that have its number. Its list of them, 8 bytes of id and 32 of
-- hash each, is empty when they were pruned.
CREATE TABLE journal_seals (
	number    BIGINT PRIMARY KEY,
	at        BIGINT NOT NULL,
	from_at   BIGINT NOT NULL,
	to_at     BIGINT NOT NULL,
	count     BIGINT NOT NULL,
	content   BYTEA NOT NULL,
	previous  BYTEA NOT NULL,
	hash      BYTEA NOT NULL,
	entries   BYTEA NOT NULL
);
