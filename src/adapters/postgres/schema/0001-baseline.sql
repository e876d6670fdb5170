-- Airlock's database. The roles airlock_serve, airlock_reason, airlock_observe and airlock_gateway must exist before.
-- Each is the login of one process. No process logs in as the owner of the schema, so no process can change a table or
-- a grant.

-- ### Blobs

-- Evidence, plans, snapshots, reports and dossiers, each stored under the digest of its exact bytes. No role may update
-- or delete a row.
CREATE TABLE blobs (
  digest text PRIMARY KEY,
  bytes bytea NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The database itself refuses a wrong digest, so no process can store bytes under the digest of other bytes.
  CONSTRAINT digest_is_of_bytes CHECK (digest = 'sha256:' || encode(sha256(bytes), 'hex')),
  CONSTRAINT at_most_64_mib CHECK (octet_length(bytes) <= 67108864)
);

REVOKE ALL ON blobs FROM PUBLIC;
GRANT SELECT, INSERT (digest, bytes) ON blobs TO airlock_serve, airlock_reason, airlock_observe, airlock_gateway;

-- ### Inbox and routing

-- Alerts that were acknowledged with a 2xx. The rows of one webhook call share a trace and are one delivery. Rows stay
-- after the relay has delivered them to a workflow, so that an alert which is sent again is recognised by its row.
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
  -- How often the relay failed to send the delivery. Failures of a server are not counted.
  failures int NOT NULL DEFAULT 0 CHECK (failures >= 0),
  -- Why the delivery is parked: it is not sent, and a person has to look at it. relayed_at is the time of the parking.
  parked text CHECK (parked IS NULL OR relayed_at IS NOT NULL),
  -- The series of an alert is the digest of cluster, group and fingerprint. An alert has ended if another row of its
  -- series has a later start, or has the same start and is resolved. The order in which deliveries arrive does not
  -- matter.
  series text,
  starts_ms bigint,
  resolved boolean,
  -- When the incident that had accepted all alerts of the delivery was closed.
  handled_at timestamptz
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE relayed_at IS NULL;
CREATE INDEX inbox_parked ON inbox (relayed_at) WHERE parked IS NOT NULL;
CREATE INDEX inbox_by_series ON inbox (series, starts_ms);
CREATE INDEX inbox_by_trace ON inbox (trace);

REVOKE ALL ON inbox FROM PUBLIC;
GRANT SELECT, INSERT (key, cluster, alert_group, trace, alert, series, starts_ms, resolved),
  UPDATE (relayed_at, failures, parked, handled_at) ON inbox TO airlock_serve;

-- One row per group of alerts: the latest incident of the group. All incidents of a group use the same workflow id.
CREATE TABLE routing_states (
  workflow text PRIMARY KEY,
  incident text NOT NULL,
  cluster text NOT NULL,
  trace text NOT NULL,
  starts_at text NOT NULL,
  -- The incident's latest occurrence: its number, how often the incident's alerts have fired again so far, and the
  -- first start among the alerts that opened this occurrence (null for the first occurrence).
  occurrence int NOT NULL DEFAULT 1 CHECK (occurrence > 0),
  flaps int NOT NULL DEFAULT 0 CHECK (flaps >= 0),
  since text,
  -- Trace of the delivery that opened the latest occurrence.
  opened_by text NOT NULL,
  closed_at timestamptz,
  -- The Kubernetes object that the incident is about. It is known only after observation.
  subject text,
  -- The open incident of the same object that this one was merged into.
  merged_into text,
  CHECK (merged_into IS NULL OR closed_at IS NOT NULL)
);
-- At most one open incident per object, even if two workflows take ownership of it at the same time.
CREATE UNIQUE INDEX one_open_incident_per_subject ON routing_states (subject) WHERE closed_at IS NULL;
CREATE INDEX routing_states_by_incident ON routing_states (incident);

REVOKE ALL ON routing_states FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON routing_states TO airlock_serve;

-- ### Journal

-- Everything that happened, in one order. Rows are inserted only by journal_append, so no process can choose a sequence
-- number, a time or a writer. No role may update or delete a row. The records are the leaves of a Merkle tree. The tree
-- is computed from them and not stored.
CREATE TABLE journal (
  seq bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  -- The PostgreSQL role that was logged in.
  writer text NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z]+$'),
  incident text NOT NULL CHECK (octet_length(incident) BETWEEN 1 AND 200),
  trace text NOT NULL CHECK (octet_length(trace) BETWEEN 1 AND 200),
  message text NOT NULL CHECK (octet_length(message) BETWEEN 1 AND 8192),
  -- Canonical JSON, stored byte for byte, because the hashes of the Merkle tree are computed from these bytes.
  body text NOT NULL CHECK (octet_length(body) <= 262144),
  -- A record is one entry of a bundle, and an entry's length prefix has two bytes (C2SP tlog-tiles). An entry contains
  -- all columns except the body as JSON, where escapes need more bytes than here. With these limits an entry stays
  -- below 65,535 bytes.
  CONSTRAINT kind_is_short CHECK (octet_length(kind) <= 64),
  CONSTRAINT message_fits_an_entry CHECK (octet_length(to_json(message)::text) <= 16384),
  CONSTRAINT body_fits_an_entry CHECK (octet_length(body) <= 40960)
);
CREATE INDEX journal_by_incident ON journal (incident, seq);
-- For the list of incidents and the view of an incident, which are read from these records only:
-- domain/incident/incident-view.ts. The queries are in adapters/postgres/journal/journal-queries.ts.
CREATE INDEX journal_of_governance ON journal (kind, seq) WHERE writer = 'airlock_serve';
CREATE INDEX journal_views ON journal (incident, seq) WHERE writer = 'airlock_serve'
  AND kind IN ('incident.opened', 'incident.reopened', 'dossier.offered', 'group.reminded', 'incident.closed');
-- Requests and schedules: few, however many alerts somebody sends.
CREATE INDEX journal_without_alerts ON journal (seq) WHERE writer = 'airlock_serve' AND kind = 'incident.opened'
  AND position('"cause":"alert"' in body) = 0;

-- The append lock is a row lock on the only row of this table. Only functions of the schema's owner can lock the row.
-- An advisory lock would not do, because any role could take it.
CREATE TABLE journal_append_lock (one boolean PRIMARY KEY CHECK (one));
INSERT INTO journal_append_lock VALUES (true);

-- Sessions that hold the append lock in a transaction that is older than 5 s. No append takes that long.
CREATE FUNCTION journal_append_lock_holders() RETURNS TABLE (pid int, since timestamptz)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT holder.pid, session.xact_start
  FROM pg_locks AS holder JOIN pg_stat_activity AS session USING (pid)
  WHERE holder.locktype = 'relation' AND holder.relation = 'public.journal_append_lock'::regclass
    AND holder.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    -- RowShareLock is the table lock of SELECT FOR UPDATE. A session that only reads, such as a backup, has a different
    -- table lock and blocks nobody.
    AND holder.mode = 'RowShareLock' AND holder.granted
    AND holder.pid <> pg_backend_pid() AND session.xact_start < clock_timestamp() - interval '5 s'
    -- Exclude sessions that wait for the row: they hold the row's tuple lock, or wait for it. The holder of the row
    -- lock does neither.
    AND NOT EXISTS (
      SELECT FROM pg_locks AS waits
      WHERE waits.pid = holder.pid AND waits.locktype = 'tuple'
        AND waits.database = holder.database AND waits.relation = holder.relation
    )
$$;
REVOKE ALL ON FUNCTION journal_append_lock_holders FROM PUBLIC;

-- Terminates a session that holds the append lock for longer than any append takes. A compromised process could hold
-- the lock as long as its transaction is open. No timeout prevents that, because each session may set its own timeouts.
-- Therefore the next writer terminates such a session. For this the owner of the schema needs the roles
-- pg_signal_backend and pg_read_all_stats. Without them no session is terminated, and the writer gets an error that can
-- be retried. Only journal_append calls this function.
CREATE FUNCTION journal_append_lock_terminate() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  before text[] := array(SELECT holders::text FROM journal_append_lock_holders() AS holders);
  other int;
BEGIN
  -- A session that waited for a long time and has only just acquired the lock finishes within this second. It is then
  -- no longer in the list, and is not terminated.
  PERFORM pg_sleep(1);
  PERFORM pg_stat_clear_snapshot();
  FOR other IN
    SELECT holders.pid FROM journal_append_lock_holders() AS holders WHERE holders::text = ANY (before)
  LOOP
    -- A superuser's session cannot be terminated. The loop goes on with the other sessions.
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
  -- One writer at a time, until its commit. Sequence numbers therefore have no gaps and are committed in their order.
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
-- Governance shows the journal to people. The gateway computes the Merkle tree from it. The other roles can only
-- append.
GRANT SELECT ON journal TO airlock_serve, airlock_gateway;

-- Checkpoints: size and root of the journal's tree, signed by the gateway (C2SP tlog-checkpoint). No role may update or
-- delete a row.
CREATE TABLE checkpoints (
  size bigint PRIMARY KEY CHECK (size > 0),
  note text NOT NULL CHECK (octet_length(note) <= 4096),
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

REVOKE ALL ON checkpoints FROM PUBLIC;
GRANT SELECT, INSERT (size, note) ON checkpoints TO airlock_gateway;
GRANT SELECT ON checkpoints TO airlock_serve;

-- ### Ledger: the gateway's records of executions. They ensure that every write to a cluster happens at most once

-- Only the gateway writes to these tables. Rows are only added, except that the row of a lease is completed and later
-- marked as revoked, and that the lease of an object changes its holder. The column mac contains a MAC over the columns
-- that the gateway relies on, made with a key in Vault that only the gateway may use. The gateway refuses a row without
-- a valid MAC, so no other login can make a row that the gateway believes. Times are the gateway's own.
CREATE TABLE executions (
  -- Derived from the dossier's digest and the direction: domain/names.ts.
  id text PRIMARY KEY,
  dossier text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('do', 'undo')),
  incident text NOT NULL,
  trace text NOT NULL,
  cluster text NOT NULL,
  -- By the gateway's clock. The same clock decides whether a dossier has expired.
  started_at timestamptz NOT NULL,
  mac text NOT NULL,
  UNIQUE (dossier, direction)
);
CREATE INDEX executions_by_incident ON executions (incident);

-- The execution lock is a row lock in this table, held in a transaction as long as an attempt runs. Only a role that
-- may update the row can take the lock, and only the gateway's role may. An advisory lock would not do, because any
-- role could take it. The table is separate from executions, so that inserts of rows which refer to an execution do not
-- wait for the lock.
CREATE TABLE execution_locks (
  execution text PRIMARY KEY
);

-- The attempts of each execution, numbered in their order. Each write carries the number of its attempt and is refused
-- if a later attempt has begun (a fencing token).
CREATE TABLE execution_attempts (
  execution text NOT NULL REFERENCES executions,
  attempt int NOT NULL CHECK (attempt > 0),
  mac text NOT NULL,
  PRIMARY KEY (execution, attempt)
);

CREATE TABLE execution_steps (
  execution text NOT NULL,
  -- Counts the rows of the execution from 1, so that a deleted row leaves a gap.
  number int NOT NULL CHECK (number > 0),
  attempt int NOT NULL,
  step text NOT NULL,
  state text NOT NULL CHECK (state IN ('intended', 'applied')),
  resource_version text NOT NULL,
  at timestamptz NOT NULL,
  mac text NOT NULL,
  PRIMARY KEY (execution, number),
  FOREIGN KEY (execution, attempt) REFERENCES execution_attempts
);
CREATE UNIQUE INDEX a_step_is_applied_once ON execution_steps (execution, step) WHERE state = 'applied';

CREATE TABLE execution_results (
  execution text PRIMARY KEY REFERENCES executions,
  result text NOT NULL,
  -- By the gateway's clock. The same clock decides how long an undo stays possible.
  finished_at timestamptz NOT NULL,
  mac text NOT NULL
);

-- The gateway inserts a row before it requests a credential from Vault. It sets the lease id before it uses the
-- credential for the first time.
CREATE TABLE execution_leases (
  execution text NOT NULL,
  attempt int NOT NULL,
  cluster text NOT NULL,
  lease_id text,
  service_account text,
  revoked_at timestamptz,
  mac text NOT NULL,
  PRIMARY KEY (execution, attempt),
  FOREIGN KEY (execution, attempt) REFERENCES execution_attempts
);
CREATE INDEX execution_leases_alive ON execution_leases (execution) WHERE revoked_at IS NULL;

-- The report of a preflight has to contain the challenge of its execution. The primary keys allow one challenge per
-- execution, and one report per challenge.
CREATE TABLE challenges (
  execution text PRIMARY KEY,
  challenge text NOT NULL,
  made_at timestamptz NOT NULL,
  -- The tokens in object_leases at that time, by object. If another execution has acquired a lease since, the snapshot
  -- of the preflight may be older than a write of that execution.
  object_tokens jsonb NOT NULL,
  mac text NOT NULL
);
CREATE TABLE challenge_uses (
  execution text PRIMARY KEY REFERENCES challenges,
  report text NOT NULL,
  mac text NOT NULL
);

-- The lock of an execution on an object of its plan. The lock is a lease, because the connection of a gateway that hangs
-- can stay open for hours. Each write of an execution contains the MACs of its leases, and is refused if a row has
-- another MAC or has expired.
CREATE TABLE object_leases (
  -- Cluster, API group, kind, namespace and name: domain/execution/object-key.ts.
  object text PRIMARY KEY,
  -- Fencing token: grows each time when another execution acquires the lease.
  token int NOT NULL CHECK (token > 0),
  execution text NOT NULL,
  mac text NOT NULL,
  -- By PostgreSQL's clock, so that the clocks of two gateways do not matter. No MAC covers it: the conditions on mac
  -- keep two executions apart also if somebody changes it.
  expires_at timestamptz NOT NULL
);
-- Renewals and conditions of writes find the leases of an execution by their MACs.
CREATE INDEX object_leases_by_mac ON object_leases (mac);

-- ### Decisions, requests and edits, with their tokens

-- Admitted decisions, requests and edits, each with its token, the key that verified the token, and the time. From this
-- table, and no other, the gateway derives who approved or denied, whose approval does not count, and which dossier an
-- edit has invalidated. A row proves nothing by itself: each time it is read, the gateway verifies its MAC and its
-- token, and compares it with its journal record. Only the gateway reads the tokens. No role may update or delete a row.
CREATE TABLE admissions (
  -- Digest of the sign-in, the kind and the content. So one nonce of a sign-in counts once for the same content, however
  -- many tokens the provider issues for it.
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('decision', 'request', 'edit')),
  incident text NOT NULL,
  -- Canonical JSON of the decision, request or edit, without its token.
  content text NOT NULL,
  token text NOT NULL,
  -- JWK, as canonical JSON.
  key text NOT NULL,
  admitted_at timestamptz NOT NULL,
  -- Of the columns above except the id, by Vault's transit key `rows`, which only the gateway may use.
  mac text NOT NULL,
  -- Sequence number of the journal record of the admission, which the same transaction appended.
  record bigint NOT NULL
);
CREATE INDEX admissions_by_incident ON admissions (incident, record);

-- Sign-ins, each with the nonce of the only token that the gateway admitted after this sign-in. No role may update or
-- delete a row.
CREATE TABLE sign_ins (
  -- Digest of issuer, subject, auth_time and sid.
  sign_in text PRIMARY KEY,
  nonce text NOT NULL,
  -- Of the columns above, by Vault's transit key `rows`, which only the gateway may use.
  mac text NOT NULL
);

REVOKE ALL ON executions, execution_locks, execution_attempts, execution_steps, execution_results, execution_leases,
  challenges, challenge_uses, object_leases, admissions, sign_ins FROM PUBLIC;
GRANT SELECT, INSERT ON executions, execution_attempts, execution_steps, execution_results, execution_leases, challenges,
  challenge_uses, admissions, sign_ins TO airlock_gateway;
GRANT SELECT, INSERT, UPDATE ON execution_locks, object_leases TO airlock_gateway;
GRANT UPDATE (lease_id, service_account, revoked_at, mac) ON execution_leases TO airlock_gateway;
-- `airlock incidents show` shows executions, without leases and tokens.
GRANT SELECT ON executions, execution_steps, execution_results TO airlock_serve;
-- `airlock status` counts unrevoked leases by cluster and incident, without lease ids and accounts.
GRANT SELECT (execution, cluster, revoked_at) ON execution_leases TO airlock_serve;

-- ### Read leases of the observation plane

-- A lease is recorded before it is used for the first time. Tokens are not stored. If revoked_at is null, the lease may
-- still be valid in Vault. It is revoked when its incident closes, or when the process starts again.
CREATE TABLE read_leases (
  lease_id text PRIMARY KEY CHECK (octet_length(lease_id) BETWEEN 1 AND 500),
  cluster text NOT NULL,
  incident text NOT NULL,
  trace text NOT NULL,
  -- ServiceAccount on the target cluster. The cluster's audit log shows every read under this account.
  account text NOT NULL,
  issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz
);
CREATE INDEX unrevoked_read_leases ON read_leases (incident, cluster) WHERE revoked_at IS NULL;

REVOKE ALL ON read_leases FROM PUBLIC;
GRANT SELECT, INSERT (lease_id, cluster, incident, trace, account), UPDATE (revoked_at) ON read_leases TO airlock_observe;
GRANT SELECT (cluster, incident, revoked_at) ON read_leases TO airlock_serve;
