import pg from 'pg';
import { poll } from '../../demo/stack-client.ts';
import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { superuserOf } from '../loop/attacks/superuser.ts';

/**
 * Gates in the journal. While the gate of a record kind is closed, the session that appends a record of that kind waits
 * inside its transaction. So a test can kill a process exactly at a stage. Gates survive a restart of the database.
 */
export interface JournalGates extends AsyncDisposable {
  close(kind: RecordKind): Promise<void>;
  open(kind: RecordKind): Promise<void>;
  /** Resolves when a session waits at that gate. */
  reached(kind: RecordKind): Promise<void>;
  /** Any query, as the database's superuser. */
  query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
}

/** Class of the advisory locks of gates. No lock of Airlock uses it. */
const lockClass = 4711;

const schema = `
  CREATE TABLE test_gates (id int GENERATED ALWAYS AS IDENTITY, kind text PRIMARY KEY);
  GRANT SELECT ON test_gates TO PUBLIC;
  CREATE FUNCTION test_gate() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    gate int := (SELECT id FROM public.test_gates WHERE test_gates.kind = NEW.kind);
  BEGIN
    IF gate IS NOT NULL THEN
      PERFORM pg_advisory_xact_lock_shared(${lockClass}, gate);
      WHILE EXISTS (SELECT FROM public.test_gates WHERE id = gate) LOOP PERFORM pg_sleep(0.02); END LOOP;
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER test_gate BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION test_gate();`;

/** Adds the gates to the database of a stack. */
export async function installJournalGates(folder: string): Promise<JournalGates> {
  const pool = new pg.Pool({ ...(await superuserOf(folder)), max: 2, connectionTimeoutMillis: 2_000 });
  pool.on('error', () => undefined); // a test killed the server
  await pool.query(schema);
  const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
    (await pool.query(sql, values)).rows as T[];
  return {
    query,
    async close(kind) {
      await query('INSERT INTO test_gates (kind) VALUES ($1) ON CONFLICT DO NOTHING', [kind]);
    },
    async open(kind) {
      await query('DELETE FROM test_gates WHERE kind = $1', [kind]);
    },
    async reached(kind) {
      await poll(`a session at the gate of ${kind}`, async () => {
        const found = await query(waiting, [kind]).catch(() => []); // the database may still be starting
        return found.length > 0;
      });
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

const waiting = `
  SELECT FROM pg_locks JOIN test_gates ON objid = id::oid
  WHERE locktype = 'advisory' AND classid = ${lockClass} AND kind = $1`;
