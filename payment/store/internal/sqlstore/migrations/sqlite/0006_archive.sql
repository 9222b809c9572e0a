-- The documents of receipts, as they were. Nothing changes them; content stands last, so
-- that a list does not read it.
CREATE TABLE archive (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	creditor   TEXT NOT NULL,
	receipt_id TEXT NOT NULL,
	kind       TEXT NOT NULL,
	day        TEXT NOT NULL,
	at         TEXT NOT NULL,
	size       INTEGER NOT NULL,
	digest     BLOB NOT NULL,
	content    BLOB NOT NULL,
	UNIQUE (creditor, receipt_id, kind)
);
CREATE INDEX archive_day ON archive (day, creditor, receipt_id, kind);
CREATE TRIGGER archive_unchanged BEFORE UPDATE ON archive BEGIN
	SELECT RAISE(ABORT, 'an archived document does not change');
END;

-- What was sent by mail. Fate is '' while it is being sent, until the claim runs out.
CREATE TABLE sent (
	seq     INTEGER PRIMARY KEY AUTOINCREMENT,
	id      TEXT NOT NULL UNIQUE,
	fate    TEXT NOT NULL,
	claimed TEXT NOT NULL,
	at      TEXT NOT NULL,
	note    TEXT NOT NULL
);
CREATE INDEX sent_fate ON sent (fate, seq) WHERE fate <> 'sent';

-- Receipts by when they were paid, in UTC to the millisecond; one that does not say so by
-- when it came. The expression must be the query's own.
CREATE INDEX rts_paid ON rts (
	strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(json_extract(doc, '$.paidAt'), json_extract(doc, '$.receivedAt'))), seq
);
