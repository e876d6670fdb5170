import pg from 'pg';
import { poll } from '../../demo/stage.ts';
import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { superuserOf } from '../loop/superuser.ts';

/**
 * Gates in the journal: whoever appends a record of a kind whose gate is closed stands still in the middle of that, in
 * the database, until it is opened. So a process can be killed at a stage and not somewhere near it. Gates outlive a
 * restart of the database.
 */
export interface Gates extends AsyncDisposable {
  close(kind: RecordKind): Promise<void>;
  open(kind: RecordKind): Promise<void>;
  /** Returns when somebody stands before that gate. */
  reached(kind: RecordKind): Promise<void>;
  /** Any query, as the database's superuser. */
  query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
}

/** Any number that no lock of Airlock's uses. */
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

/** Builds the gates into a stack's database. */
export async function buildGates(folder: string): Promise<Gates> {
  const pool = new pg.Pool({ ...(await superuserOf(folder)), max: 2, connectionTimeoutMillis: 2_000 });
  pool.on('error', () => undefined); // the server was killed
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
      await poll(`somebody at ${kind}`, async () => {
        const found = await query(standing, [kind]).catch(() => []); // not up again yet
        return found.length > 0 || undefined;
      });
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

const standing = `
  SELECT FROM pg_locks JOIN test_gates ON objid = id::oid
  WHERE locktype = 'advisory' AND classid = ${lockClass} AND kind = $1`;
