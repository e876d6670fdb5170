-- Airlock's database. The roles airlock_serve, airlock_reason, airlock_observe and airlock_gateway exist already; each
-- is the login of one process. No process logs in as the owner of the schema, so that no process can change a table or
-- a grant.

-- ### Blobs

-- Evidence, plans, snapshots, reports and dossiers by the digest of their exact bytes. No role may update or delete.
CREATE TABLE blobs (
  digest text PRIMARY KEY,
  bytes bytea NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The database refuses a wrong digest itself, so that no process can store bytes under the digest of others.
  CONSTRAINT digest_is_of_bytes CHECK (digest = 'sha256:' || encode(sha256(bytes), 'hex')),
  CONSTRAINT at_most_64_mib CHECK (octet_length(bytes) <= 67108864)
);

REVOKE ALL ON blobs FROM PUBLIC;
GRANT SELECT, INSERT (digest, bytes) ON blobs TO airlock_serve, airlock_reason, airlock_observe, airlock_gateway;

-- ### Inbox and routing

-- Alerts that were acknowledged with a 2xx. The rows of one webhook call share a trace and are one delivery. Rows stay
-- after the relay has delivered them to a workflow: a row is how a re-sent alert is recognised.
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
  -- Temporal's reason for refusing the delivery permanently. relayed_at is the time of that refusal then.
  refused text CHECK (refused IS NULL OR relayed_at IS NOT NULL),
  -- The series of an alert is the digest of cluster, group and fingerprint. A row with a later start of the same
  -- series, or with its resolution, shows that an alert has ended, also when deliveries arrive in the wrong order.
  series text,
  starts_ms bigint,
  resolved boolean,
  -- When an incident closed that had accepted the whole delivery.
  handled_at timestamptz
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE relayed_at IS NULL;
CREATE INDEX inbox_refused ON inbox (seq) WHERE refused IS NOT NULL;
CREATE INDEX inbox_by_series ON inbox (series, starts_ms);
CREATE INDEX inbox_by_trace ON inbox (trace);

REVOKE ALL ON inbox FROM PUBLIC;
GRANT SELECT, INSERT (key, cluster, alert_group, trace, alert, series, starts_ms, resolved),
  UPDATE (relayed_at, refused, handled_at) ON inbox TO airlock_serve;

-- Routing state of each group of alerts: the latest incident of its workflow id.
CREATE TABLE routing_states (
  workflow text PRIMARY KEY,
  incident text NOT NULL,
  cluster text NOT NULL,
  trace text NOT NULL,
  starts_at text NOT NULL,
  -- Number of the incident's latest occurrence, how often the incident has fired again, and the first start among the
  -- alerts of that occurrence.
  occurrence int NOT NULL DEFAULT 1 CHECK (occurrence > 0),
  flaps int NOT NULL DEFAULT 0 CHECK (flaps >= 0),
  since text,
  -- Trace of the delivery that opened the latest occurrence.
  opened_by text NOT NULL,
  closed_at timestamptz,
  -- The Kubernetes object that the incident is about, known after observation.
  subject text,
  -- The open incident of the same object that this one was merged into.
  merged_into text,
  CHECK (merged_into IS NULL OR closed_at IS NOT NULL)
);
-- At most one open incident per object, also when two workflows take ownership of it at the same time.
CREATE UNIQUE INDEX one_open_incident_per_subject ON routing_states (subject) WHERE closed_at IS NULL;
CREATE INDEX routing_states_by_incident ON routing_states (incident);

REVOKE ALL ON routing_states FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON routing_states TO airlock_serve;

-- ### Journal

-- Everything that happened, in one order. Rows come in through journal_append alone, so that no process chooses a
-- sequence number, a time or a writer. No role may update or delete. The records are the leaves of a Merkle tree, which
-- is computed from them and stored nowhere.
CREATE TABLE journal (
  seq bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  -- The PostgreSQL role that was logged in.
  writer text NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z]+$'),
  incident text NOT NULL CHECK (octet_length(incident) BETWEEN 1 AND 200),
  trace text NOT NULL CHECK (octet_length(trace) BETWEEN 1 AND 200),
  message text NOT NULL CHECK (octet_length(message) BETWEEN 1 AND 8192),
  -- Canonical JSON, stored byte for byte: later digests are over these bytes.
  body text NOT NULL CHECK (octet_length(body) <= 262144),
  -- A record is one entry of a bundle whose length prefix has two bytes (C2SP tlog-tiles). The columns but the body are
  -- JSON in an entry, where escapes need more room than here. Together these limits stay below 65,535 bytes.
  CONSTRAINT kind_is_short CHECK (octet_length(kind) <= 64),
  CONSTRAINT message_fits_an_entry CHECK (octet_length(to_json(message)::text) <= 16384),
  CONSTRAINT body_fits_an_entry CHECK (octet_length(body) <= 40960)
);
CREATE INDEX journal_by_incident ON journal (incident, seq);
-- A list of incidents is read from these records, without the rest of the journal: domain/incident/incident-view.ts.
CREATE INDEX journal_of_governance ON journal (kind, seq) WHERE writer = 'airlock_serve';

-- The append lock: one row, which only functions of the schema's owner can lock. Any role could take an advisory lock.
CREATE TABLE journal_append_lock (one boolean PRIMARY KEY CHECK (one));
INSERT INTO journal_append_lock VALUES (true);

-- Sessions that hold the append lock in a transaction which is older than any append takes.
CREATE FUNCTION journal_append_lock_holders() RETURNS TABLE (pid int, since timestamptz)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT holder.pid, session.xact_start
  FROM pg_locks AS holder JOIN pg_stat_activity AS session USING (pid)
  WHERE holder.locktype = 'relation' AND holder.relation = 'public.journal_append_lock'::regclass
    AND holder.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    -- The table lock of SELECT FOR UPDATE. A session that only reads, such as a backup, has another one and blocks
    -- nobody.
    AND holder.mode = 'RowShareLock' AND holder.granted
    AND holder.pid <> pg_backend_pid() AND session.xact_start < clock_timestamp() - interval '5 s'
    -- A session that waits for the row holds or waits for its tuple lock. The holder of the row does neither.
    AND NOT EXISTS (
      SELECT FROM pg_locks AS waits
      WHERE waits.pid = holder.pid AND waits.locktype = 'tuple'
        AND waits.database = holder.database AND waits.relation = holder.relation
    )
$$;
REVOKE ALL ON FUNCTION journal_append_lock_holders FROM PUBLIC;

-- Terminates a session that holds the append lock for longer than any append takes. A compromised process could hold it
-- as long as its transaction is open, and no timeout prevents that, because each session may set its own. Therefore the
-- next writer terminates it. The owner of the schema needs pg_signal_backend and pg_read_all_stats for that; without
-- them no session is terminated, and the writer gets an error that can be retried. Only journal_append calls this
-- function.
CREATE FUNCTION journal_append_lock_terminate() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  before text[] := array(SELECT holders::text FROM journal_append_lock_holders() AS holders);
  other int;
BEGIN
  -- A session that has waited as long and has just acquired the lock finishes within this second. It is not terminated.
  PERFORM pg_sleep(1);
  PERFORM pg_stat_clear_snapshot();
  FOR other IN
    SELECT holders.pid FROM journal_append_lock_holders() AS holders WHERE holders::text = ANY (before)
  LOOP
    -- A superuser's session cannot be terminated; the others still are.
    BEGIN
      PERFORM pg_terminate_backend(other);
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;
    END;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION journal_append_lock_terminate FROM PUBLIC;

CREATE FUNCTION journal_append(kind text, incident text, trace text, message text, body text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
  new_seq bigint;
BEGIN
  PERFORM body::json;
  -- One writer at a time, until its commit: no gaps, no two records in the wrong order.
  BEGIN
    PERFORM FROM journal_append_lock FOR UPDATE;
  EXCEPTION WHEN lock_not_available THEN
    PERFORM journal_append_lock_terminate();
    PERFORM FROM journal_append_lock FOR UPDATE;
  END;
  SELECT coalesce(max(journal.seq), 0) + 1 INTO new_seq FROM journal;
  INSERT INTO journal VALUES (new_seq, clock_timestamp(), session_user, kind, incident, trace, message, body);
  RETURN new_seq;
END
$$;

REVOKE ALL ON journal, journal_append_lock FROM PUBLIC;
REVOKE ALL ON FUNCTION journal_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_append TO airlock_serve, airlock_reason, airlock_observe, airlock_gateway;
-- Governance shows the journal to people. The gateway computes the tree from it. The other roles only append.
GRANT SELECT ON journal TO airlock_serve, airlock_gateway;

-- Size and root of the journal's tree as the gateway signed them (C2SP tlog-checkpoint). No role may update or delete.
CREATE TABLE checkpoints (
  size bigint PRIMARY KEY CHECK (size > 0),
  note text NOT NULL CHECK (octet_length(note) <= 4096),
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

REVOKE ALL ON checkpoints FROM PUBLIC;
GRANT SELECT, INSERT (size, note) ON checkpoints TO airlock_gateway;
GRANT SELECT ON checkpoints TO airlock_serve;

-- ### Ledger: the gateway's record that makes every write to a cluster happen at most once

-- Only the gateway writes these tables. Rows are only added, except that a lease row is completed and revoked.
CREATE TABLE executions (
  -- Derived from the dossier's digest and the direction: domain/names.ts.
  id text PRIMARY KEY,
  dossier text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('do', 'undo')),
  incident text NOT NULL,
  trace text NOT NULL,
  cluster text NOT NULL,
  -- The gateway's clock, which also decides whether a dossier has expired.
  started_at timestamptz NOT NULL,
  UNIQUE (dossier, direction)
);
CREATE INDEX executions_by_incident ON executions (incident);

-- The execution lock is a row lock here, held in a transaction as long as an attempt runs. Only a role that may update
-- the row can take it, and only the gateway may. Any role could take an advisory lock. The table is separate from
-- executions, so that inserts of rows which refer to an execution do not wait for the lock.
CREATE TABLE execution_locks (
  execution text PRIMARY KEY
);

-- Attempts, in order. A later attempt fences off the earlier ones: their writes carry a lower number and are refused.
CREATE TABLE execution_attempts (
  execution text NOT NULL REFERENCES executions,
  attempt int NOT NULL CHECK (attempt > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (execution, attempt)
);

CREATE TABLE execution_steps (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  execution text NOT NULL,
  attempt int NOT NULL,
  step text NOT NULL,
  state text NOT NULL CHECK (state IN ('intended', 'applied')),
  resource_version text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (execution, attempt) REFERENCES execution_attempts
);
CREATE INDEX execution_steps_by_execution ON execution_steps (execution, seq);
CREATE UNIQUE INDEX a_step_is_applied_once ON execution_steps (execution, step) WHERE state = 'applied';

CREATE TABLE execution_results (
  execution text PRIMARY KEY REFERENCES executions,
  result text NOT NULL,
  -- The gateway's clock, which also decides how long an undo stays possible.
  finished_at timestamptz NOT NULL
);

-- The gateway inserts a row before it asks Vault for a credential, and sets the lease id before the credential's first
-- use.
CREATE TABLE execution_leases (
  execution text NOT NULL,
  attempt int NOT NULL,
  cluster text NOT NULL,
  lease_id text,
  service_account text,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz,
  PRIMARY KEY (execution, attempt),
  FOREIGN KEY (execution, attempt) REFERENCES execution_attempts
);
CREATE INDEX execution_leases_alive ON execution_leases (execution) WHERE revoked_at IS NULL;

-- The challenge that the report of a preflight has to contain. The primary keys allow one challenge per execution and
-- one report per challenge.
CREATE TABLE challenges (
  execution text PRIMARY KEY,
  challenge text NOT NULL,
  made_at timestamptz NOT NULL
);
CREATE TABLE challenge_uses (
  execution text PRIMARY KEY REFERENCES challenges,
  report text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- ### Decisions, requests and edits, with their tokens

-- Decisions with their decision token, the key that verified it and the time: an execution verifies them again. Only
-- the gateway reads the tokens. No role may update or delete.
CREATE TABLE admissions (
  -- Digest of the signed part of the token: the same token counts once, however its signature is encoded.
  token_digest text PRIMARY KEY,
  token text NOT NULL,
  dossier text NOT NULL,
  verb text NOT NULL CHECK (verb IN ('approve', 'deny')),
  reason text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  groups text NOT NULL,
  key text NOT NULL,
  admitted_at timestamptz NOT NULL
);
CREATE INDEX admissions_by_dossier ON admissions (dossier, admitted_at);

-- Requests and edits with their token, the key that verified it and the time. The gateway derives from this table alone
-- whose approval does not count and which dossier an edit has invalidated. Only the gateway reads the tokens. No role
-- may update or delete.
CREATE TABLE requester_records (
  -- Digest of the signed part of the token: the same token counts once, however its signature is encoded.
  token_digest text PRIMARY KEY,
  token text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('request', 'edit')),
  incident text NOT NULL,
  -- Of an edit: the dossier that it invalidated.
  dossier text CHECK ((dossier IS NULL) = (kind = 'request')),
  -- Canonical JSON of the request or edit, without its token.
  content text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  groups text NOT NULL,
  key text NOT NULL,
  admitted_at timestamptz NOT NULL
);
CREATE INDEX requester_records_by_incident ON requester_records (incident, admitted_at);
CREATE INDEX requester_records_by_dossier ON requester_records (dossier, admitted_at) WHERE kind = 'edit';

REVOKE ALL ON executions, execution_locks, execution_attempts, execution_steps, execution_results, execution_leases,
  challenges, challenge_uses, admissions, requester_records FROM PUBLIC;
GRANT SELECT, INSERT ON executions, execution_attempts, execution_steps, execution_results, execution_leases, challenges,
  challenge_uses, admissions, requester_records TO airlock_gateway;
GRANT SELECT, INSERT, UPDATE ON execution_locks TO airlock_gateway;
GRANT UPDATE (lease_id, service_account, revoked_at) ON execution_leases TO airlock_gateway;
-- `airlock incidents show` shows executions, without leases and tokens.
GRANT SELECT ON executions, execution_steps, execution_results TO airlock_serve;
-- `airlock status` counts unrevoked leases by cluster and incident, without lease ids and accounts.
GRANT SELECT (execution, cluster, revoked_at) ON execution_leases TO airlock_serve;

-- ### Read leases of the observation plane

-- A lease is recorded before its first use; tokens are not stored. A row without closed_at may still be valid in Vault.
-- It is revoked when its incident closes, or when the process starts again.
CREATE TABLE read_leases (
  lease_id text PRIMARY KEY CHECK (octet_length(lease_id) BETWEEN 1 AND 500),
  cluster text NOT NULL,
  incident text NOT NULL,
  trace text NOT NULL,
  -- ServiceAccount on the target cluster; its audit log names the reader by it.
  account text NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_at timestamptz
);
CREATE INDEX read_leases_open ON read_leases (incident, cluster) WHERE closed_at IS NULL;

REVOKE ALL ON read_leases FROM PUBLIC;
GRANT SELECT, INSERT (lease_id, cluster, incident, trace, account), UPDATE (closed_at) ON read_leases TO airlock_observe;
GRANT SELECT (cluster, incident, closed_at) ON read_leases TO airlock_serve;
