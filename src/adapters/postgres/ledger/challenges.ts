import type { Digest } from '../../../lib/digest.ts';
import type { Challenge, Challenges, ObjectTokens } from '../../../execution/ledger-ports.ts';
import type { RowMacs } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';
import { createRowCheck, ledgerCorrupt, sealOne, type RowCheck } from './row-check.ts';
import { challengeRow, challengeUseRow, isoOf } from './rows.ts';

/**
 * Creates the store of challenges in PostgreSQL. A challenge is a random value that the report of a preflight must
 * contain. The first report that the gateway accepts redeems the challenge. No second report can redeem the challenge,
 * because `execution` is the primary key of the table `challenge_uses`.
 */
export function createChallenges(pool: Pool, macs: RowMacs): Challenges {
  return {
    find: (execution) => find(pool, createRowCheck(macs), execution),
    async add(execution, challenge) {
      const check = createRowCheck(macs);
      const { challenge: value, madeAt, objectTokens } = challenge;
      const mac = await sealOne(check, challengeRow(execution, challenge));
      await pool
        .query(insertChallenge, [execution, value, madeAt, JSON.stringify(objectTokens), mac])
        .catch(unavailable('challenges'));
      return (await find(pool, check, execution)) ?? throwRowDeleted(execution);
    },
    async redeem(execution, report) {
      const check = createRowCheck(macs);
      const mac = await sealOne(check, challengeUseRow(execution, report));
      await pool.query(insertUse, [execution, report, mac]).catch(unavailable('challenges'));
      return (await find(pool, check, execution))?.redeemedBy ?? throwRowDeleted(execution);
    },
  };
}

async function find(pool: Pool, check: RowCheck, execution: string): Promise<Challenge | undefined> {
  const { rows } = await pool.query<Row>(select, [execution]).catch(unavailable('challenges'));
  const [row] = rows;
  if (!row) return undefined;
  if (row.challenge === null) throw ledgerCorrupt(`lost the row of challenges (${execution})`);
  const { challenge, report } = row;
  const stored = { challenge, madeAt: isoOf(row.made_at) ?? '', objectTokens: row.object_tokens };
  await check.verify([
    { ...challengeRow(execution, stored), mac: row.mac },
    ...(report ? [{ ...challengeUseRow(execution, report), mac: row.use_mac }] : []),
  ]);
  return report ? { ...stored, redeemedBy: report } : stored;
}

const insertChallenge = `
  INSERT INTO challenges (execution, challenge, made_at, object_tokens, mac) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (execution) DO NOTHING`;
const insertUse = `
  INSERT INTO challenge_uses (execution, report, mac) VALUES ($1, $2, $3) ON CONFLICT (execution) DO NOTHING`;
const select = `
  SELECT challenge, made_at, object_tokens, made.mac, report, used.mac AS use_mac
  FROM (SELECT * FROM challenges WHERE execution = $1) AS made
  FULL JOIN (SELECT * FROM challenge_uses WHERE execution = $1) AS used USING (execution)`;

interface Row {
  /** Null if the row was deleted, but not the row of its use. */
  challenge: string | null;
  made_at: Date;
  object_tokens: ObjectTokens;
  mac: string;
  /** Digest of the report that redeemed the challenge; null until then. */
  report: Digest | null;
  use_mac: string;
}

/**
 * Throws `ledger-corrupt`. Called if a row is missing directly after its INSERT. The gateway's role cannot delete the
 * row, so a database role with more rights deleted the row.
 */
function throwRowDeleted(execution: string): never {
  throw ledgerCorrupt(`lost a row about the challenge of execution ${execution}, which was just inserted`);
}
