-- Everything that happened, in one order. Rows come in through journal_append alone: nobody chooses a sequence number,
-- an instant or a process, and nobody updates or deletes.
CREATE TABLE journal (
  seq bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  -- The PostgreSQL role that was logged in.
  process text NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z]+$'),
  incident text NOT NULL CHECK (octet_length(incident) BETWEEN 1 AND 200),
  trace text NOT NULL CHECK (octet_length(trace) BETWEEN 1 AND 200),
  fact text NOT NULL CHECK (octet_length(fact) BETWEEN 1 AND 8192),
  -- Canonical JSON, kept as it came: later digests are over these bytes.
  body text NOT NULL CHECK (octet_length(body) <= 262144)
);
CREATE INDEX journal_by_incident ON journal (incident, seq);

-- Whose turn it is: one row, which only its owner's functions can lock. An advisory lock anybody could hold.
CREATE TABLE journal_turn (one boolean PRIMARY KEY CHECK (one));
INSERT INTO journal_turn VALUES (true);

CREATE FUNCTION journal_append(kind text, incident text, trace text, fact text, body text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
  place bigint;
BEGIN
  PERFORM body::json;
  -- One writer at a time, until its commit: no gaps, no two records in the wrong order.
  PERFORM FROM journal_turn FOR UPDATE;
  SELECT coalesce(max(journal.seq), 0) + 1 INTO place FROM journal;
  INSERT INTO journal VALUES (place, clock_timestamp(), session_user, kind, incident, trace, fact, body);
  RETURN place;
END
$$;

REVOKE ALL ON journal, journal_turn FROM PUBLIC;
REVOKE ALL ON FUNCTION journal_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_append TO airlock_serve, airlock_reason, airlock_observe, airlock_gateway;
-- Governance shows it; the others only write.
GRANT SELECT ON journal TO airlock_serve;
