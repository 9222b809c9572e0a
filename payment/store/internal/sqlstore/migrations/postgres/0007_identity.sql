-- Sign-ins that are under way, each for one taking.
CREATE TABLE pendings (
	handle  TEXT COLLATE "C" PRIMARY KEY,
	expires TEXT COLLATE "C" NOT NULL,
	doc     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX pendings_expires ON pendings (expires);

-- What was taken once, and until when that must be known.
CREATE TABLE replays (
	key     TEXT COLLATE "C" PRIMARY KEY,
	expires TEXT COLLATE "C" NOT NULL
);
CREATE INDEX replays_expires ON replays (expires);

-- The log of sign-ins that the rules want kept for two years. Nothing changes it.
CREATE TABLE exchanges (
	seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at           TEXT COLLATE "C" NOT NULL,
	request_id   TEXT COLLATE "C" NOT NULL,
	response_id  TEXT COLLATE "C" NOT NULL,
	assertion_id TEXT COLLATE "C" NOT NULL,
	subject      TEXT COLLATE "C" NOT NULL,
	doc          TEXT COLLATE "C" NOT NULL
);
CREATE INDEX exchanges_at ON exchanges (at, seq);
CREATE INDEX exchanges_request ON exchanges (request_id);
CREATE INDEX exchanges_response ON exchanges (response_id);
CREATE INDEX exchanges_assertion ON exchanges (assertion_id);
CREATE INDEX exchanges_subject ON exchanges (subject);
CREATE FUNCTION exchanges_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the log of sign-ins does not change';
END $$;
CREATE TRIGGER exchanges_unchanged BEFORE UPDATE ON exchanges FOR EACH ROW EXECUTE FUNCTION exchanges_unchanged();

-- Sessions, by the hash of what the browser holds.
CREATE TABLE sessions (
	id            TEXT COLLATE "C" PRIMARY KEY,
	owner         TEXT COLLATE "C" NOT NULL,
	name_id       TEXT COLLATE "C" NOT NULL,
	idp           TEXT COLLATE "C" NOT NULL,
	scheme        TEXT COLLATE "C" NOT NULL,
	session_index TEXT COLLATE "C" NOT NULL,
	expires       TEXT COLLATE "C" NOT NULL,
	doc           TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX sessions_owner ON sessions (owner) WHERE owner <> '';
CREATE INDEX sessions_name ON sessions (name_id, idp) WHERE name_id <> '';
CREATE INDEX sessions_expires ON sessions (expires);

-- Accounts by e-mail; a closed one has no address.
CREATE TABLE accounts (
	id    TEXT COLLATE "C" PRIMARY KEY,
	email TEXT COLLATE "C" UNIQUE,
	doc   TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 70);

-- The confirmed address of each owner.
CREATE TABLE contacts (
	owner TEXT COLLATE "C" PRIMARY KEY,
	doc   TEXT COLLATE "C" NOT NULL
);

-- What was mailed to be brought back once.
CREATE TABLE tokens (
	hash    TEXT COLLATE "C" PRIMARY KEY,
	holder  TEXT COLLATE "C" NOT NULL,
	purpose TEXT COLLATE "C" NOT NULL,
	expires TEXT COLLATE "C" NOT NULL,
	doc     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX tokens_holder ON tokens (holder, purpose);
CREATE INDEX tokens_expires ON tokens (expires);

-- Attempts, in the window that began with the first.
CREATE TABLE attempts (
	key   TEXT COLLATE "C" PRIMARY KEY,
	ends  TEXT COLLATE "C" NOT NULL,
	count BIGINT NOT NULL
);
CREATE INDEX attempts_ends ON attempts (ends);
