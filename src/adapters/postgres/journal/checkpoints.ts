import type { Checkpoints } from '../../../domain/journal/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Creates the store of signed checkpoints in PostgreSQL. Only the gateway's role may insert a checkpoint. No process of
 * Airlock can update or delete a checkpoint.
 */
export function createCheckpoints(pool: Pool): Checkpoints {
  return {
    async latest() {
      const { rows } = await pool
        .query<{ note: string }>('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1')
        .catch(unavailable('checkpoints'));
      return rows[0]?.note;
    },
    async add(size, note) {
      await pool
        .query('INSERT INTO checkpoints (size, note) VALUES ($1, $2) ON CONFLICT (size) DO NOTHING', [size, note])
        .catch(unavailable('checkpoints'));
    },
  };
}
