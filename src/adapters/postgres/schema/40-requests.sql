-- Requests and edits with the ID token that proves each, the key that verified it and the moment. Whose approval cannot
-- count, and which dossier is void, stands here and nowhere else that the gateway believes. Nobody but the gateway reads
-- the tokens; nobody at all changes or deletes a row.
CREATE TABLE asks (
  -- Digest of what was signed of the token: the same proof counts once, however its signature is written.
  proof_digest text PRIMARY KEY,
  proof text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('request', 'edit')),
  incident text NOT NULL,
  -- Of an edit: the dossier that it made void.
  dossier text CHECK ((dossier IS NULL) = (kind = 'request')),
  -- Canonical JSON of what was asked, without its proof.
  asked text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  groups text NOT NULL,
  key text NOT NULL,
  admitted_at timestamptz NOT NULL
);
CREATE INDEX asks_by_incident ON asks (incident, admitted_at);
CREATE INDEX asks_by_dossier ON asks (dossier, admitted_at) WHERE kind = 'edit';

REVOKE ALL ON asks FROM PUBLIC;
GRANT SELECT, INSERT ON asks TO airlock_gateway;
