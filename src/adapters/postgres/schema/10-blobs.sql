-- Evidence, plans, snapshots, reports and dossiers by the digest of their exact bytes. Nobody updates or deletes.
CREATE TABLE blobs (
  digest text PRIMARY KEY,
  bytes bytea NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The database refuses a wrong digest itself, so that no process can plant bytes for another one to find.
  CONSTRAINT digest_is_of_bytes CHECK (digest = 'sha256:' || encode(sha256(bytes), 'hex')),
  CONSTRAINT at_most_64_mib CHECK (octet_length(bytes) <= 67108864)
);

REVOKE ALL ON blobs FROM PUBLIC;
GRANT SELECT, INSERT (digest, bytes) ON blobs TO airlock_serve, airlock_reason, airlock_observe, airlock_gateway;
