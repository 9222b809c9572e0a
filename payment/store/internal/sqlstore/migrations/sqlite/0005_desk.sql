-- A case of the desk is found by its ID, by its notices, by its institute and the number
-- of its protocol, or because something is to be done about it. The event that the desk
-- saw last is in meta, under 'desk_mark'.

CREATE TABLE desk_cases (
	seq       INTEGER PRIMARY KEY AUTOINCREMENT,
	id        TEXT NOT NULL UNIQUE,
	institute TEXT NOT NULL,
	protocol  TEXT NOT NULL,
	pending   INTEGER NOT NULL,
	doc       TEXT NOT NULL
);
CREATE INDEX desk_cases_protocol ON desk_cases (institute, protocol, seq);
CREATE INDEX desk_cases_pending ON desk_cases (seq) WHERE pending = 1;

CREATE TABLE desk_positions (
	creditor TEXT NOT NULL,
	number   TEXT NOT NULL,
	case_id  TEXT NOT NULL,
	PRIMARY KEY (creditor, number)
) WITHOUT ROWID;
CREATE INDEX desk_positions_case ON desk_positions (case_id);

CREATE TABLE help_cases (
	seq    INTEGER PRIMARY KEY AUTOINCREMENT,
	id     TEXT NOT NULL UNIQUE,
	owner  TEXT NOT NULL,
	status TEXT NOT NULL,
	doc    TEXT NOT NULL
);
CREATE INDEX help_cases_owner ON help_cases (owner, seq);
CREATE INDEX help_cases_status ON help_cases (status, seq);

-- For which request a receipt was shown; the first one stays.
CREATE TABLE receipt_uses (
	creditor TEXT NOT NULL,
	receipt  TEXT NOT NULL,
	request  TEXT NOT NULL,
	PRIMARY KEY (creditor, receipt)
) WITHOUT ROWID;
