-- A quote is found by its code, by its institute and the number of its protocol
-- (quote.IndexKey), or by its addressee; none of these ever changes.

CREATE TABLE quotes (
	seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id        TEXT COLLATE "C" NOT NULL UNIQUE,
	code      TEXT COLLATE "C" NOT NULL UNIQUE,
	institute TEXT COLLATE "C" NOT NULL,
	protocol  TEXT COLLATE "C" NOT NULL,
	addressee TEXT COLLATE "C" NOT NULL,
	status    TEXT COLLATE "C" NOT NULL,
	doc       TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX quotes_protocol ON quotes (institute, protocol, seq);
CREATE INDEX quotes_institute ON quotes (institute, seq);
CREATE INDEX quotes_addressee ON quotes (addressee, seq);
