-- What came of the events that wait, handler by handler. Rows go when their event is
-- delivered.

CREATE TABLE deliveries (
	event   INTEGER NOT NULL,
	handler TEXT NOT NULL,
	state   TEXT NOT NULL,
	tries   INTEGER NOT NULL,
	code    TEXT NOT NULL,
	at      TEXT NOT NULL,
	PRIMARY KEY (event, handler)
) WITHOUT ROWID;
CREATE INDEX deliveries_parked ON deliveries (event, handler) WHERE state = 'parked';
