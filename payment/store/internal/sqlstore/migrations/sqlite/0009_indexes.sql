-- In which messages of the quarantine a notice number stands, so that the story of a
-- notice reads its own. Noted is 0 while nobody has looked for numbers in a message: an
-- older program put it there.
ALTER TABLE quarantine ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX quarantine_unnoted ON quarantine (seq) WHERE noted = 0;
CREATE TABLE quarantine_notices (
	number  TEXT NOT NULL,
	message INTEGER NOT NULL REFERENCES quarantine (seq) ON DELETE CASCADE,
	PRIMARY KEY (number, message)
) WITHOUT ROWID;
CREATE INDEX quarantine_notices_message ON quarantine_notices (message);

-- What the lists of clerks are read by.
CREATE INDEX quarantine_open ON quarantine (seq) WHERE resolved_at = '';
CREATE INDEX quotes_status ON quotes (status, seq);
CREATE INDEX quotes_institute_status ON quotes (institute, status, seq);
CREATE INDEX desk_cases_institute ON desk_cases (institute, seq);
CREATE INDEX desk_cases_institute_pending ON desk_cases (institute, seq) WHERE pending = 1;

-- What is deleted with an order.
CREATE INDEX order_positions_order ON order_positions (order_seq);
