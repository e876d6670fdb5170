import type { Digest } from '../../../lib/digest.ts';
import { AirlockError } from '../../../lib/error.ts';
import type { Challenge, Challenges } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Stores the challenges of preflight rehearsals in PostgreSQL. A challenge is a random value that the report of the
 * preflight must contain. The first report that the gateway accepts redeems the challenge. The primary key of
 * `challenge_uses` keeps a second report out.
 */
export function createChallenges(pool: Pool): Challenges {
  const find = async (execution: string): Promise<Challenge | undefined> => {
    const { rows } = await pool.query<Row>(select, [execution]).catch(unavailable('challenges'));
    const [row] = rows;
    if (!row) return undefined;
    const challenge = { challenge: row.challenge, madeAt: row.made_at.toISOString() };
    return row.report ? { ...challenge, redeemedBy: row.report } : challenge;
  };
  return {
    find,
    async open(execution, { challenge, madeAt }) {
      await pool
        .query('INSERT INTO challenges VALUES ($1, $2, $3) ON CONFLICT (execution) DO NOTHING', [
          execution,
          challenge,
          madeAt,
        ])
        .catch(unavailable('challenges'));
      return (await find(execution)) ?? lost(execution);
    },
    async redeem(execution, report) {
      const use = 'INSERT INTO challenge_uses (execution, report) VALUES ($1, $2) ON CONFLICT (execution) DO NOTHING';
      await pool.query(use, [execution, report]).catch(unavailable('challenges'));
      return (await find(execution))?.redeemedBy ?? lost(execution);
    },
  };
}

const select = `
  SELECT challenge, made_at, report FROM challenges LEFT JOIN challenge_uses USING (execution) WHERE execution = $1`;

interface Row {
  challenge: string;
  made_at: Date;
  report: Digest | null;
}

/**
 * Throws the error for a row that is missing although it was just inserted. The gateway's role cannot delete the row,
 * so another database role with more rights has deleted it.
 */
function lost(execution: string): never {
  const message = `the challenge of ${execution} was deleted from the ledger, which Airlock never does: find out which database role deleted it`;
  throw new AirlockError({ code: 'ledger-corrupt', message });
}
