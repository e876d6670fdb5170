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

-- Who has the journal's turn in a transaction that is older than any append: that session and that transaction.
CREATE FUNCTION journal_turn_holders() RETURNS TABLE (pid int, since timestamptz)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT holder.pid, session.xact_start
  FROM pg_locks AS holder JOIN pg_stat_activity AS session USING (pid)
  WHERE holder.locktype = 'relation' AND holder.relation = 'public.journal_turn'::regclass
    AND holder.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    -- What a lock of the row takes on its table: who only reads it, such as a backup, keeps nobody waiting.
    AND holder.mode = 'RowShareLock' AND holder.granted
    AND holder.pid <> pg_backend_pid() AND session.xact_start < clock_timestamp() - interval '5 s'
    -- Who waits for the row stands in the queue for it, or heads that queue. Who has it does neither.
    AND NOT EXISTS (
      SELECT FROM pg_locks AS waits
      WHERE waits.pid = holder.pid AND waits.locktype = 'tuple'
        AND waits.database = holder.database AND waits.relation = holder.relation
    )
$$;
REVOKE ALL ON FUNCTION journal_turn_holders FROM PUBLIC;

-- Ends the session that has had the journal's turn for longer than any append takes. A process that was taken over could
-- hold it as long as its transaction is open, and no time limit binds it: each session may set its own. So whoever waits
-- ends it. For that the owner of the schema has to be in pg_signal_backend and pg_read_all_stats; where it is not, nobody
-- is ended, and whoever waits is told to try again. Not for anybody to call: only from within journal_append.
CREATE FUNCTION journal_turn_free() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  before text[] := array(SELECT holders::text FROM journal_turn_holders() AS holders);
  other int;
BEGIN
  -- Who has waited as long, and has just been given the turn, is done with it before this is over.
  PERFORM pg_sleep(1);
  PERFORM pg_stat_clear_snapshot();
  FOR other IN SELECT holders.pid FROM journal_turn_holders() AS holders WHERE holders::text = ANY (before)
  LOOP
    -- One that may not be ended, a superuser's, saves no other.
    BEGIN
      PERFORM pg_terminate_backend(other);
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;
    END;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION journal_turn_free FROM PUBLIC;

CREATE OR REPLACE FUNCTION journal_append(kind text, incident text, trace text, fact text, body text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
  place bigint;
BEGIN
  PERFORM body::json;
  -- One writer at a time, until its commit: no gaps, no two records in the wrong order.
  BEGIN
    PERFORM FROM journal_turn FOR UPDATE;
  EXCEPTION WHEN lock_not_available THEN
    PERFORM journal_turn_free();
    PERFORM FROM journal_turn FOR UPDATE;
  END;
  SELECT coalesce(max(journal.seq), 0) + 1 INTO place FROM journal;
  INSERT INTO journal VALUES (place, clock_timestamp(), session_user, kind, incident, trace, fact, body);
  RETURN place;
END
$$;
