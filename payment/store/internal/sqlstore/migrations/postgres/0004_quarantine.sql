-- Who resolved a message of the quarantine, when, and what was found: all empty while it
-- is open.
ALTER TABLE quarantine ADD COLUMN resolved_at TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN resolved_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN note TEXT COLLATE "C" NOT NULL DEFAULT '';
