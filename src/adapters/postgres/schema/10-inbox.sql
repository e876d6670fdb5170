-- Alerts that were taken with a 2xx, each once, until the relay has handed them to an incident's workflow. The rows of
-- one webhook call share a trace and are one delivery. Kept afterwards: a row is what makes a re-sent alert known.
CREATE TABLE inbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Digest of (cluster, receiver, groupKey, fingerprint, status, startsAt).
  key text NOT NULL UNIQUE,
  cluster text NOT NULL,
  alert_group text NOT NULL,
  trace text NOT NULL,
  alert text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  relayed_at timestamptz,
  -- Why Temporal will never take it; then relayed_at is when that was found out.
  refused text CHECK (refused IS NULL OR relayed_at IS NOT NULL)
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE relayed_at IS NULL;
CREATE INDEX inbox_refused ON inbox (seq) WHERE refused IS NOT NULL;

REVOKE ALL ON inbox FROM PUBLIC;
GRANT SELECT, INSERT (key, cluster, alert_group, trace, alert), UPDATE (relayed_at, refused) ON inbox TO airlock_serve;
