-- When an account that nobody activated changed last; NULL for all others.
ALTER TABLE accounts ADD COLUMN pending TEXT COLLATE "C";
UPDATE accounts SET pending = to_char((doc::json ->> 'ChangedAt')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"000Z"')
	WHERE doc::json ->> 'Status' = 'pending';
CREATE INDEX accounts_pending ON accounts (pending) WHERE pending IS NOT NULL;
