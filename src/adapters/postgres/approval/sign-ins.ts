import { AirlockError } from '../../../lib/error.ts';
import type { SignIns, UsedSignIn } from '../../../execution/admission/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Creates the gateway's table of used sign-ins in PostgreSQL. The gateway's database role can insert and read rows, but
 * cannot change or delete a row. PostgreSQL makes a second INSERT of the same sign-in wait for the first one.
 */
export function createSignIns(pool: Pool): SignIns {
  return {
    async claim({ signIn, nonce, mac }) {
      await pool.query(insert, [signIn, nonce, mac]).catch(unavailable('sign-ins'));
      const { rows } = await pool.query<UsedSignIn>(select, [signIn]).catch(unavailable('sign-ins'));
      return rows[0] ?? throwMissing(signIn);
    },
  };
}

const insert = `
  INSERT INTO sign_ins (sign_in, nonce, mac) VALUES ($1, $2, $3) ON CONFLICT (sign_in) DO NOTHING`;
const select = `SELECT sign_in AS "signIn", nonce, mac FROM sign_ins WHERE sign_in = $1`;

function throwMissing(signIn: string): never {
  const message = `the row of sign-in ${signIn} is missing right after its insert: find out who deletes rows of the table sign_ins`;
  throw new AirlockError({ code: 'sign-in-corrupt', message });
}
