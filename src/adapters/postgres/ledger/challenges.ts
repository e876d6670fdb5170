import type { Digest } from '../../../lib/digest.ts';
import { AirlockError } from '../../../lib/error.ts';
import type { Challenge, Challenges } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Creates the store of challenges in PostgreSQL. A challenge is a random value that the report of a preflight must
 * contain. The first report that the gateway accepts redeems the challenge. No second report can redeem the challenge,
 * because `execution` is the primary key of the table `challenge_uses`.
 */
export function createChallenges(pool: Pool): Challenges {
  const find = async (execution: string): Promise<Challenge | undefined> => {
    const { rows } = await pool.query<Row>(select, [execution]).catch(unavailable('challenges'));
    const [row] = rows;
    if (!row) return undefined;
    const stored = { challenge: row.challenge, madeAt: row.made_at.toISOString() };
    return row.report ? { ...stored, redeemedBy: row.report } : stored;
  };
  return {
    find,
    async add(execution, { challenge, madeAt }) {
      await pool
        .query('INSERT INTO challenges VALUES ($1, $2, $3) ON CONFLICT (execution) DO NOTHING', [
          execution,
          challenge,
          madeAt,
        ])
        .catch(unavailable('challenges'));
      return (await find(execution)) ?? throwRowDeleted(execution);
    },
    async redeem(execution, report) {
      const sql = 'INSERT INTO challenge_uses (execution, report) VALUES ($1, $2) ON CONFLICT (execution) DO NOTHING';
      await pool.query(sql, [execution, report]).catch(unavailable('challenges'));
      return (await find(execution))?.redeemedBy ?? throwRowDeleted(execution);
    },
  };
}

const select = `
  SELECT challenge, made_at, report FROM challenges LEFT JOIN challenge_uses USING (execution) WHERE execution = $1`;

interface Row {
  challenge: string;
  made_at: Date;
  /** Digest of the report that redeemed the challenge; null until then. */
  report: Digest | null;
}

/**
 * Throws `ledger-corrupt`. Called if a row is missing directly after its INSERT. The gateway's role cannot delete the
 * row, so a database role with more rights deleted the row.
 */
function throwRowDeleted(execution: string): never {
  const message = `a row about the challenge of execution ${execution} was deleted from the ledger: find out which database role deleted the row`;
  throw new AirlockError({ code: 'ledger-corrupt', message });
}
