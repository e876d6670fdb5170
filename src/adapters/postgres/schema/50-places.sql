-- Which series an alert belongs to (digest of cluster, group and fingerprint) and when it started: an alert that started
-- again, or resolved, is over for whoever hears of it late. taken_at: an incident that is closed has dealt with it.
ALTER TABLE inbox
  ADD COLUMN series text,
  ADD COLUMN starts_ms bigint,
  ADD COLUMN resolved boolean,
  ADD COLUMN taken_at timestamptz;
CREATE INDEX inbox_by_series ON inbox (series, starts_ms);
CREATE INDEX inbox_by_trace ON inbox (trace);
GRANT INSERT (series, starts_ms, resolved), UPDATE (taken_at) ON inbox TO airlock_serve;

-- Where each group of alerts stands: the latest incident of its workflow id, and by which delivery that is open.
CREATE TABLE places (
  workflow text PRIMARY KEY,
  incident text NOT NULL,
  cluster text NOT NULL,
  trace text NOT NULL,
  starts_at text NOT NULL,
  -- How many times the incident was opened, how often it fired again, and the first start of the latest time.
  opening int NOT NULL DEFAULT 1 CHECK (opening > 0),
  flaps int NOT NULL DEFAULT 0 CHECK (flaps >= 0),
  since text,
  opened_by text NOT NULL,
  closed_at timestamptz,
  -- What it is about, once it was observed, and the incident of the same subject that goes on for it.
  subject text,
  merged_into text,
  CHECK (merged_into IS NULL OR closed_at IS NOT NULL)
);
-- One subject, one open incident: the database says so, whatever two workflows find out at once.
CREATE UNIQUE INDEX one_open_incident_per_subject ON places (subject) WHERE closed_at IS NULL;
CREATE INDEX places_by_incident ON places (incident);

REVOKE ALL ON places FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON places TO airlock_serve;
