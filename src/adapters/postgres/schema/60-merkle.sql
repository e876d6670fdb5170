-- The journal as a Merkle tree. The tree itself stands nowhere: whoever wants to know computes it from the records.

-- Size and root of the journal's tree as the gateway signed them (C2SP tlog-checkpoint). Nobody updates or deletes.
CREATE TABLE checkpoints (
  size bigint PRIMARY KEY CHECK (size > 0),
  note text NOT NULL CHECK (octet_length(note) <= 4096),
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

REVOKE ALL ON checkpoints FROM PUBLIC;
GRANT SELECT, INSERT (size, note) ON checkpoints TO airlock_gateway;
GRANT SELECT ON checkpoints TO airlock_serve;
-- The gateway computes the tree itself, from what stands there.
GRANT SELECT ON journal TO airlock_gateway;

-- A record is one entry of a bundle, whose length has two bytes (C2SP tlog-tiles), and its head is JSON: what is escaped
-- there takes more room than here. Together these bounds stay below 65,535 bytes.
ALTER TABLE journal
  ADD CONSTRAINT kind_is_short CHECK (octet_length(kind) <= 64),
  ADD CONSTRAINT fact_fits_an_entry CHECK (octet_length(to_json(fact)::text) <= 16384),
  ADD CONSTRAINT body_fits_an_entry CHECK (octet_length(body) <= 40960);

-- What a list of incidents is made of, without the rest of the journal: domain/incident-view.ts.
CREATE INDEX journal_of_governance ON journal (kind, seq) WHERE process = 'airlock_serve';
