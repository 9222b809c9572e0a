-- A case of the desk is found by its ID, by its notices, by its institute and the number
-- of its protocol, or because something is to be done about it. The event that the desk
-- saw last is in meta, under 'desk_mark'.

CREATE TABLE desk_cases (
	seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id        TEXT COLLATE "C" NOT NULL UNIQUE,
	institute TEXT COLLATE "C" NOT NULL,
	protocol  TEXT COLLATE "C" NOT NULL,
	pending   BIGINT NOT NULL,
	doc       TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX desk_cases_protocol ON desk_cases (institute, protocol, seq);
CREATE INDEX desk_cases_pending ON desk_cases (seq) WHERE pending = 1;

CREATE TABLE desk_positions (
	creditor TEXT COLLATE "C" NOT NULL,
	number   TEXT COLLATE "C" NOT NULL,
	case_id  TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (creditor, number)
);
CREATE INDEX desk_positions_case ON desk_positions (case_id);

CREATE TABLE help_cases (
	seq    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id     TEXT COLLATE "C" NOT NULL UNIQUE,
	owner  TEXT COLLATE "C" NOT NULL,
	status TEXT COLLATE "C" NOT NULL,
	doc    TEXT COLLATE "C" NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX help_cases_owner ON help_cases (owner, seq);
CREATE INDEX help_cases_status ON help_cases (status, seq);

-- For which request a receipt was shown; the first one stays.
CREATE TABLE receipt_uses (
	creditor TEXT COLLATE "C" NOT NULL,
	receipt  TEXT COLLATE "C" NOT NULL,
	request  TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (creditor, receipt)
);
