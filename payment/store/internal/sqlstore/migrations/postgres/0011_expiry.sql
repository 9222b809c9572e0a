-- The last day on which a position can be paid, NULL where it can be paid later too. It does
-- not change with the status, so that who records a receipt writes to no index.
ALTER TABLE positions ADD COLUMN last_day TEXT COLLATE "C";
UPDATE positions SET last_day = nullif(doc::json ->> 'dueDate', '') WHERE doc::json ->> 'refuseLate' = 'true';
CREATE INDEX positions_last_day ON positions (last_day, seq) WHERE last_day IS NOT NULL;
