-- Read leases of the observation plane, each recorded before its first use; no token stands here. A row whose
-- closed_at is empty may still be alive in Vault and is revoked at the incident's close, or at the next start.
CREATE TABLE read_leases (
  lease_id text PRIMARY KEY CHECK (octet_length(lease_id) BETWEEN 1 AND 500),
  cluster text NOT NULL,
  incident text NOT NULL,
  trace text NOT NULL,
  -- ServiceAccount on the target, by which its audit log knows the reader.
  account text NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_at timestamptz
);
CREATE INDEX read_leases_open ON read_leases (incident, cluster) WHERE closed_at IS NULL;

REVOKE ALL ON read_leases FROM PUBLIC;
GRANT SELECT, INSERT (lease_id, cluster, incident, trace, account), UPDATE (closed_at) ON read_leases TO airlock_observe;
