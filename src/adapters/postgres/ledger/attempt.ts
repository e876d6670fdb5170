import type { Pool } from '../pool.ts';
import { AirlockError } from '../../../lib/error.ts';
import type { Attempt } from '../../../execution/ledger-ports.ts';
import { unavailable } from '../unavailable.ts';
import type { LeaseKeys } from './object-leases.ts';
import { readExecution } from './ledger-record.ts';
import { ledgerCorrupt, sealOne, type RowCheck } from './row-check.ts';
import { leaseRow, resultRow, stepRow, type AttemptLease } from './rows.ts';

/** An attempt that has begun. */
interface BegunAttempt {
  pool: Pool;
  check: RowCheck;
  /** Id of the execution. */
  id: string;
  cluster: string;
  /** Number of the attempt, the fencing token of every write. */
  attempt: number;
  /** Number of entries about steps that earlier attempts wrote. */
  entries: number;
  clock: () => Date;
  /** Throws if the execution lock is lost. */
  assertHeld: () => Promise<void>;
  /** The leases on the objects of the plan. Undefined if no objects were locked. */
  objectLeases: () => LeaseKeys | undefined;
}

/**
 * Returns the writes of an attempt. Each write is one statement that writes nothing if a later attempt has begun. The
 * entry `intended` and the request for a credential are also refused if a lock on an object is lost.
 */
export function createAttempt(begun: BegunAttempt): Attempt {
  const { pool, check, id, cluster, attempt, clock } = begun;
  const isoNow = (): string => clock().toISOString();
  let entries = begun.entries;
  let lease: AttemptLease = { attempt, cluster, leaseId: null, serviceAccount: null, revokedAt: null };
  const write = async (sql: string, values: unknown[]): Promise<void> => {
    // The lock can be lost right after this check. Therefore the statement itself contains the conditions.
    await begun.assertHeld();
    const { rowCount } = await pool.query(sql, [id, attempt, ...values]).catch(unavailable('ledger'));
    if (rowCount === 0) throw (await refusalOf(begun)) ?? executionBusy(id);
  };
  const writeStep = async (state: 'intended' | 'applied', step: string, resourceVersion: string): Promise<void> => {
    const at = isoNow();
    const number = entries + 1;
    const mac = await sealOne(check, stepRow(id, { number, attempt, step, state, resourceVersion, at }));
    const values = [number, step, state, resourceVersion, at, mac];
    await (state === 'intended' ? write(insertIntended, [...locked(begun), ...values]) : write(insertApplied, values));
    entries = number;
  };
  return {
    async record() {
      const stored = await readExecution(pool, check, id);
      if (!stored) throw ledgerCorrupt(`lost the row of execution ${id}, although an attempt has begun`);
      return stored.record;
    },
    async assertMayWrite() {
      const refusal = await refusalOf(begun);
      if (refusal) throw refusal;
    },
    markIntended: (step, resourceVersion) => writeStep('intended', step, resourceVersion),
    markApplied: (step, resourceVersion) => writeStep('applied', step, resourceVersion),
    async markMinting() {
      await write(insertLease, [...locked(begun), cluster, await sealOne(check, leaseRow(id, lease))]);
    },
    async markMinted({ leaseId, serviceAccount }) {
      lease = { ...lease, leaseId, serviceAccount };
      await write(completeLease, [leaseId, serviceAccount, await sealOne(check, leaseRow(id, lease))]);
    },
    async markRevoked() {
      const stored = await readExecution(pool, check, id);
      const unrevoked = (stored?.record.leases ?? []).filter(({ revokedAt }) => revokedAt === undefined);
      const revokedAt = isoNow();
      const rows = unrevoked.map(({ leaseId = null, serviceAccount = null, ...rest }) =>
        leaseRow(id, { ...rest, leaseId, serviceAccount, revokedAt }),
      );
      const macs = await check.seal(rows);
      const attempts = unrevoked.map((each) => each.attempt);
      const leaseIds = unrevoked.map(({ leaseId = null }) => leaseId);
      if (rows.length > 0) await write(revokeLeases, [attempts, macs, revokedAt, leaseIds]);
    },
    async finish(result, at) {
      const [text, finishedAt] = [JSON.stringify(result), at.toISOString()];
      await write(insertResult, [text, finishedAt, await sealOne(check, resultRow(id, text, finishedAt))]);
    },
  };
}

function locked({ objectLeases, id }: BegunAttempt): readonly (readonly string[])[] {
  const leases = objectLeases();
  if (!leases) throw new TypeError(`execution ${id} did not lock its objects`);
  return [leases.objects, leases.macs];
}

// Conditions of writes. The attempt ($2) is the latest attempt of the execution ($1). All leases on the objects in $3,
// with the MACs in $4, are held: FOR SHARE makes another execution wait until this statement has ended. A row of another
// object does not count, because somebody who can write the database can copy a row with its MAC.
const isLatestAttempt = '(SELECT max(attempt) FROM execution_attempts WHERE execution = $1) = $2';
const holdsObjects = `
  (SELECT count(*) FROM (
    SELECT FROM object_leases
    WHERE (object, mac) IN (SELECT * FROM unnest($3::text[], $4::text[])) AND expires_at > clock_timestamp() FOR SHARE
  ) AS held) = cardinality($3::text[])`;

const selectState = `SELECT ${isLatestAttempt} AS latest, ${holdsObjects} AS holds`;
const insertIntended = `
  INSERT INTO execution_steps (execution, attempt, number, step, state, resource_version, at, mac)
  SELECT $1, $2, $5, $6, $7, $8, $9, $10 WHERE ${isLatestAttempt} AND ${holdsObjects} ON CONFLICT DO NOTHING`;
const insertApplied = `
  INSERT INTO execution_steps (execution, attempt, number, step, state, resource_version, at, mac)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE ${isLatestAttempt} ON CONFLICT DO NOTHING`;
const insertLease = `
  INSERT INTO execution_leases (execution, attempt, cluster, mac)
  SELECT $1, $2, $5, $6 WHERE ${isLatestAttempt} AND ${holdsObjects} ON CONFLICT DO NOTHING`;
const completeLease = `
  UPDATE execution_leases SET lease_id = $3, service_account = $4, mac = $5
  WHERE execution = $1 AND attempt = $2 AND revoked_at IS NULL AND ${isLatestAttempt}`;
// A statement of an earlier attempt may complete a row after it was read here. The MAC would not match the row then, so
// the statement leaves out such a row, and the next attempt revokes its lease.
const revokeLeases = `
  UPDATE execution_leases AS lease SET revoked_at = $5, mac = revoked.mac
  FROM unnest($3::int[], $4::text[], $6::text[]) AS revoked (attempt, mac, lease_id)
  WHERE lease.execution = $1 AND lease.attempt = revoked.attempt AND revoked_at IS NULL
    AND lease.lease_id IS NOT DISTINCT FROM revoked.lease_id AND ${isLatestAttempt}`;
const insertResult = `
  INSERT INTO execution_results (execution, result, finished_at, mac)
  SELECT $1, $3, $4, $5 WHERE ${isLatestAttempt} ON CONFLICT DO NOTHING`;

/** Returns the reason why this attempt may not write; undefined if it may. */
async function refusalOf({
  pool,
  id,
  attempt,
  objectLeases,
  assertHeld,
}: BegunAttempt): Promise<AirlockError | undefined> {
  await assertHeld();
  const { objects, macs } = objectLeases() ?? { objects: [], macs: [] };
  const { rows } = await pool
    .query<{ latest: boolean; holds: boolean }>(selectState, [id, attempt, objects, macs])
    .catch(unavailable('ledger'));
  const { latest = false, holds = false } = rows[0] ?? {};
  if (!latest) return executionBusy(id);
  return holds ? undefined : objectLost(id);
}

function objectLost(id: string): AirlockError {
  const message = `execution ${id} has lost the lock on an object of its plan, because this gateway did not renew the lock in time: nothing more is written, and Airlock tries again later`;
  return new AirlockError({ code: 'object-busy', message });
}

/** Creates `execution-busy`. */
export function executionBusy(id: string): AirlockError {
  const message = `another attempt of execution ${id} has begun, or an edit of its dossier is being admitted: Airlock tries again later`;
  return new AirlockError({ code: 'execution-busy', message });
}
