-- Sign-ins that are under way, each for one taking.
CREATE TABLE pendings (
	handle  TEXT PRIMARY KEY,
	expires TEXT NOT NULL,
	doc     TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX pendings_expires ON pendings (expires);

-- What was taken once, and until when that must be known.
CREATE TABLE replays (
	key     TEXT PRIMARY KEY,
	expires TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX replays_expires ON replays (expires);

-- The log of sign-ins that the rules want kept for two years. Nothing changes it.
CREATE TABLE exchanges (
	seq          INTEGER PRIMARY KEY AUTOINCREMENT,
	at           TEXT NOT NULL,
	request_id   TEXT NOT NULL,
	response_id  TEXT NOT NULL,
	assertion_id TEXT NOT NULL,
	subject      TEXT NOT NULL,
	doc          TEXT NOT NULL
);
CREATE INDEX exchanges_at ON exchanges (at, seq);
CREATE INDEX exchanges_request ON exchanges (request_id);
CREATE INDEX exchanges_response ON exchanges (response_id);
CREATE INDEX exchanges_assertion ON exchanges (assertion_id);
CREATE INDEX exchanges_subject ON exchanges (subject);
CREATE TRIGGER exchanges_unchanged BEFORE UPDATE ON exchanges BEGIN
	SELECT RAISE(ABORT, 'the log of sign-ins does not change');
END;

-- Sessions, by the hash of what the browser holds.
CREATE TABLE sessions (
	id            TEXT PRIMARY KEY,
	owner         TEXT NOT NULL,
	name_id       TEXT NOT NULL,
	idp           TEXT NOT NULL,
	scheme        TEXT NOT NULL,
	session_index TEXT NOT NULL,
	expires       TEXT NOT NULL,
	doc           TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_owner ON sessions (owner) WHERE owner <> '';
CREATE INDEX sessions_name ON sessions (name_id, idp) WHERE name_id <> '';
CREATE INDEX sessions_expires ON sessions (expires);

-- Accounts by e-mail; a closed one has no address.
CREATE TABLE accounts (
	id    TEXT PRIMARY KEY,
	email TEXT UNIQUE,
	doc   TEXT NOT NULL
) WITHOUT ROWID;

-- The confirmed address of each owner.
CREATE TABLE contacts (
	owner TEXT PRIMARY KEY,
	doc   TEXT NOT NULL
) WITHOUT ROWID;

-- What was mailed to be brought back once.
CREATE TABLE tokens (
	hash    TEXT PRIMARY KEY,
	holder  TEXT NOT NULL,
	purpose TEXT NOT NULL,
	expires TEXT NOT NULL,
	doc     TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX tokens_holder ON tokens (holder, purpose);
CREATE INDEX tokens_expires ON tokens (expires);

-- Attempts, in the window that began with the first.
CREATE TABLE attempts (
	key   TEXT PRIMARY KEY,
	ends  TEXT NOT NULL,
	count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX attempts_ends ON attempts (ends);
