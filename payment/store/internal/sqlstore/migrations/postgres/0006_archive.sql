-- The documents of receipts, as they were. Nothing changes them; content stands last, so
-- that a list does not read it.
CREATE TABLE archive (
	seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	creditor   TEXT COLLATE "C" NOT NULL,
	receipt_id TEXT COLLATE "C" NOT NULL,
	kind       TEXT COLLATE "C" NOT NULL,
	day        TEXT COLLATE "C" NOT NULL,
	at         TEXT COLLATE "C" NOT NULL,
	size       BIGINT NOT NULL,
	digest     BYTEA NOT NULL,
	content    BYTEA NOT NULL,
	UNIQUE (creditor, receipt_id, kind)
);
CREATE INDEX archive_day ON archive (day, creditor, receipt_id, kind);
CREATE FUNCTION archive_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'an archived document does not change';
END $$;
CREATE TRIGGER archive_unchanged BEFORE UPDATE ON archive FOR EACH ROW EXECUTE FUNCTION archive_unchanged();

-- What was sent by mail. Fate is '' while it is being sent, until the claim runs out.
CREATE TABLE sent (
	seq     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id      TEXT COLLATE "C" NOT NULL UNIQUE,
	fate    TEXT COLLATE "C" NOT NULL,
	claimed TEXT COLLATE "C" NOT NULL,
	at      TEXT COLLATE "C" NOT NULL,
	note    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sent_fate ON sent (fate, seq) WHERE fate <> 'sent';

-- Receipts by when they were paid, in UTC to the millisecond; one that does not say so by
-- when it came. The text names its zone, so what comes out never varies.
CREATE FUNCTION paid_instant(doc TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT to_char(coalesce(doc::json ->> 'paidAt', doc::json ->> 'receivedAt')::timestamptz AT TIME ZONE 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
ALTER TABLE rts ADD COLUMN paid TEXT COLLATE "C" GENERATED ALWAYS AS (paid_instant(doc)) STORED;
CREATE INDEX rts_paid ON rts (paid, seq);
