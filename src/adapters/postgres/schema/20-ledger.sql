-- The gateway's record that makes every effect happen at most once. Only the gateway writes it, and, but for the end of
-- a lease, rows are only ever added.
CREATE TABLE executions (
  -- Derived from the dossier's digest and the direction: domain/names.ts.
  id text PRIMARY KEY,
  dossier text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('do', 'undo')),
  incident text NOT NULL,
  trace text NOT NULL,
  cluster text NOT NULL,
  -- By the gateway's clock, which also judges expiry.
  started_at timestamptz NOT NULL,
  UNIQUE (dossier, direction)
);
CREATE INDEX executions_by_incident ON executions (incident);

-- The right to act for an execution: a lock on its row here, held in a transaction for as long as an attempt lives. Only
-- a role that may update the row can take that lock, and only the gateway may; an advisory lock anybody could hold. A
-- table of its own, so that rows which refer to an execution are not held up by it.
CREATE TABLE execution_claims (
  execution text PRIMARY KEY
);

-- Attempts, in order: whatever an overtaken attempt still tries to write is refused by its number.
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
  -- By the gateway's clock, which also judges how long an undo stays possible.
  finished_at timestamptz NOT NULL
);

-- A row stands here before Vault is asked for a credential; its lease id before the credential's first use.
CREATE TABLE execution_leases (
  execution text NOT NULL,
  attempt int NOT NULL,
  cluster text NOT NULL,
  lease_id text,
  service_account text,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz,
  PRIMARY KEY (execution, attempt),
  FOREIGN KEY (execution, attempt) REFERENCES execution_attempts
);
CREATE INDEX execution_leases_alive ON execution_leases (execution) WHERE revoked_at IS NULL;

-- What the rehearsal at the door has to carry. One per execution, used by one report: the primary keys say so.
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

-- Decisions with the ID token that proves each, the key that verified it and the moment: what an execution verifies
-- again. Nobody else reads the tokens; nobody at all changes or deletes a row.
CREATE TABLE admissions (
  -- Digest of what was signed of the token: the same proof counts once, however its signature is written.
  proof_digest text PRIMARY KEY,
  proof text NOT NULL,
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

REVOKE ALL ON executions, execution_claims, execution_attempts, execution_steps, execution_results, execution_leases,
  challenges, challenge_uses, admissions FROM PUBLIC;
GRANT SELECT, INSERT ON executions, execution_attempts, execution_steps, execution_results, execution_leases, challenges,
  challenge_uses, admissions TO airlock_gateway;
GRANT SELECT, INSERT, UPDATE ON execution_claims TO airlock_gateway;
GRANT UPDATE (lease_id, service_account, revoked_at) ON execution_leases TO airlock_gateway;
-- What `airlock incidents show` tells of an execution; neither leases nor proofs.
GRANT SELECT ON executions, execution_steps, execution_results TO airlock_serve;
