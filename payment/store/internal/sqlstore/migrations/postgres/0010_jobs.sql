-- What came of the events that wait, handler by handler. Rows go when their event is
-- delivered.

CREATE TABLE deliveries (
	event   BIGINT NOT NULL,
	handler TEXT COLLATE "C" NOT NULL,
	state   TEXT COLLATE "C" NOT NULL,
	tries   BIGINT NOT NULL,
	code    TEXT COLLATE "C" NOT NULL,
	at      TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (event, handler)
) WITH (fillfactor = 50);
CREATE INDEX deliveries_parked ON deliveries (event, handler) WHERE state = 'parked';
