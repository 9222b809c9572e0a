-- When an account that nobody activated changed last; NULL for all others.
ALTER TABLE accounts ADD COLUMN pending TEXT;
UPDATE accounts SET pending = strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(doc, '$.ChangedAt'))
	WHERE json_extract(doc, '$.Status') = 'pending';
CREATE INDEX accounts_pending ON accounts (pending) WHERE pending IS NOT NULL;
