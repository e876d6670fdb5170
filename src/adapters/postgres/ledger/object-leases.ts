import type { PoolClient } from 'pg';
import { objectKey, type ClusterObject } from '../../../domain/execution/object-key.ts';
import { describeRef } from '../../../domain/kubernetes/object.ts';
import { AirlockError } from '../../../lib/error.ts';
import type { ObjectTokens } from '../../../execution/ledger-ports.ts';
import type { Pool } from '../pool.ts';
import { inTransaction } from '../transaction.ts';
import { unavailable } from '../unavailable.ts';
import type { RowCheck } from './row-check.ts';
import { objectLeaseRow } from './rows.ts';

/** Deps of the object leases. `check` makes and verifies their MACs. */
export interface ObjectLeaseDeps {
  pool: Pool;
  check: RowCheck;
}

/** A row of `object_leases`. */
interface ObjectLease {
  object: string;
  token: number;
  execution: string;
  mac: string;
  /** False if the lease has expired or was released. */
  held: boolean;
}

/** A lease that this execution gets. `before`: MAC of the row that it replaces. */
interface NextLease {
  object: ClusterObject;
  token: number;
  mac: string;
  before: string | undefined;
}

/** The rows of leases: the object of each row (`objectKey`), and its MAC at the same place. */
export interface LeaseKeys {
  objects: readonly string[];
  macs: readonly string[];
}

/** The leases that an execution has acquired, and the fencing tokens by object. */
interface AcquiredLeases {
  tokens: ObjectTokens;
  leases: LeaseKeys;
}

/**
 * Returns for each object the last fencing token of the other executions.
 * @throws AirlockError `object-busy` (retry) if another execution holds an unexpired lease on one of the objects.
 */
export async function tokensOfFree(
  deps: ObjectLeaseDeps,
  execution: string,
  objects: readonly ClusterObject[],
): Promise<ObjectTokens> {
  const leases = await readLeases(deps, objects);
  for (const object of objects) {
    const lease = leases.get(objectKey(object));
    if (lease?.held && lease.execution !== execution) throw busy(object, lease.execution);
  }
  return Object.fromEntries(objects.map(objectKey).map((key) => [key, tokenBefore(leases.get(key), execution)]));
}

/**
 * Acquires a lease on each object, or on none. A lease of the same execution is renewed and keeps its token: the
 * execution lock excludes another attempt. Otherwise the token grows by 1.
 * @param seconds until the leases expire, by PostgreSQL's clock.
 * @throws AirlockError `object-busy` (retry).
 */
export async function acquireLeases(
  deps: ObjectLeaseDeps,
  { execution, objects, seconds }: { execution: string; objects: readonly ClusterObject[]; seconds: number },
): Promise<AcquiredLeases> {
  const leases = await readLeases(deps, objects);
  const keys = objects.map(objectKey);
  const tokens = objects.map((object) => tokenAfter(leases.get(objectKey(object)), execution));
  const macs = await deps.check.seal(keys.map((key, index) => objectLeaseRow(key, tokens[index] ?? 1, execution)));
  await inTransaction(deps.pool, 'ledger', async (client) => {
    for (const [index, object] of objects.entries()) {
      const key = objectKey(object);
      const next = { object, token: tokens[index] ?? 1, mac: macs[index] ?? '', before: leases.get(key)?.mac };
      if (!(await acquireOne(client, next, { execution, seconds }))) {
        throw busy(object, leases.get(key)?.execution ?? 'that has just begun');
      }
    }
  });
  return {
    tokens: Object.fromEntries(keys.map((key, index) => [key, tokens[index] ?? 1])),
    leases: { objects: keys, macs },
  };
}

/** The last token of the other executions. An earlier call of this execution may have got the next one. */
function tokenBefore(lease: ObjectLease | undefined, execution: string): number {
  if (!lease) return 0;
  return lease.execution === execution ? lease.token - 1 : lease.token;
}

function tokenAfter(lease: ObjectLease | undefined, execution: string): number {
  if (!lease) return 1;
  return lease.execution === execution ? lease.token : lease.token + 1;
}

/** Returns false if another execution holds the lease, or has acquired it since it was read. */
async function acquireOne(
  client: PoolClient,
  { object, token, mac, before }: NextLease,
  { execution, seconds }: { execution: string; seconds: number },
): Promise<boolean> {
  const values = [objectKey(object), token, execution, mac, seconds];
  const query = before === undefined ? client.query(insert, values) : client.query(replace, [...values, before]);
  return (await query.catch(unavailable('ledger'))).rowCount === 1;
}

/** Renews leases. @throws AirlockError of the ledger. */
export async function renewLeases(pool: Pool, { objects, macs }: LeaseKeys, seconds: number): Promise<void> {
  await pool.query(renew, [objects, macs, seconds]).catch(unavailable('ledger'));
}

async function readLeases(
  { pool, check }: ObjectLeaseDeps,
  objects: readonly ClusterObject[],
): Promise<Map<string, ObjectLease>> {
  const { rows } = await pool.query<ObjectLease>(select, [objects.map(objectKey)]).catch(unavailable('ledger'));
  await check.verify(
    rows.map(({ object, token, execution, mac }) => ({ ...objectLeaseRow(object, token, execution), mac })),
  );
  return new Map(rows.map((row) => [row.object, row]));
}

function busy({ cluster, ref }: ClusterObject, execution: string): AirlockError {
  const message = `${describeRef(ref)} of cluster ${cluster} is locked by execution ${execution}: Airlock tries again until that execution has ended`;
  return new AirlockError({ code: 'object-busy', message });
}

const select = `
  SELECT object, token, execution, mac, expires_at > clock_timestamp() AS held FROM object_leases
  WHERE object = ANY ($1)`;
const insert = `
  INSERT INTO object_leases (object, token, execution, mac, expires_at)
  VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5)) ON CONFLICT (object) DO NOTHING`;
const replace = `
  UPDATE object_leases
  SET token = $2, execution = $3, mac = $4, expires_at = clock_timestamp() + make_interval(secs => $5)
  WHERE object = $1 AND mac = $6 AND (execution = $3 OR expires_at <= clock_timestamp())`;
// A lease that has expired may be renewed: as long as the row has this MAC, no other execution has acquired the lease.
const renew = `
  UPDATE object_leases SET expires_at = clock_timestamp() + make_interval(secs => $3)
  WHERE (object, mac) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;
