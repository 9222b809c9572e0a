-- The event journal. Every field has a column and every value one form, so that whoever
-- changes a row changes what its seal knows of it: instants are milliseconds since 1970,
-- and the tables are strict.

CREATE TABLE journal (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	seal         INTEGER NOT NULL DEFAULT 0,
	at           INTEGER NOT NULL,
	creditor     TEXT NOT NULL,
	iuv          TEXT NOT NULL,
	token        TEXT NOT NULL,
	notice       TEXT NOT NULL,
	psp          TEXT NOT NULL,
	payment_type TEXT NOT NULL,
	component    TEXT NOT NULL,
	category     TEXT NOT NULL,
	operation    TEXT NOT NULL,
	subtype      TEXT NOT NULL,
	requester    TEXT NOT NULL,
	responder    TEXT NOT NULL,
	station      TEXT NOT NULL,
	channel      TEXT NOT NULL,
	size         INTEGER NOT NULL,
	sha256       TEXT NOT NULL,
	answers      TEXT NOT NULL,
	http_status  INTEGER NOT NULL,
	fault        TEXT NOT NULL,
	detail       TEXT NOT NULL,
	outcome      TEXT NOT NULL
) STRICT;
CREATE INDEX journal_seal ON journal (seal, id);
CREATE INDEX journal_at ON journal (at, id);
CREATE INDEX journal_notice ON journal (notice, at, id);
CREATE INDEX journal_iuv ON journal (iuv, at, id);

-- A seal covers the rows that have its number. Its list of them, 8 bytes of id and 32 of
-- hash each, is empty when they were pruned.
CREATE TABLE journal_seals (
	number    INTEGER PRIMARY KEY,
	at        INTEGER NOT NULL,
	from_at   INTEGER NOT NULL,
	to_at     INTEGER NOT NULL,
	count     INTEGER NOT NULL,
	content   BLOB NOT NULL,
	previous  BLOB NOT NULL,
	hash      BLOB NOT NULL,
	entries   BLOB NOT NULL
) STRICT;
