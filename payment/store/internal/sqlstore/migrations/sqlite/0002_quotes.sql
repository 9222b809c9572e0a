-- A quote is found by its code, by its institute and the number of its protocol
-- (quote.IndexKey), or by its addressee; none of these ever changes.

CREATE TABLE quotes (
	seq       INTEGER PRIMARY KEY AUTOINCREMENT,
	id        TEXT NOT NULL UNIQUE,
	code      TEXT NOT NULL UNIQUE,
	institute TEXT NOT NULL,
	protocol  TEXT NOT NULL,
	addressee TEXT NOT NULL,
	status    TEXT NOT NULL,
	doc       TEXT NOT NULL
);
CREATE INDEX quotes_protocol ON quotes (institute, protocol, seq);
CREATE INDEX quotes_institute ON quotes (institute, seq);
CREATE INDEX quotes_addressee ON quotes (addressee, seq);
