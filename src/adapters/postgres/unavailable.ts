import pg from 'pg';
import { AirlockError } from '../../lib/error.ts';

// SQLSTATE classes: data exception, integrity, syntax or access. The same call can only fail again.
const hopeless = /^(22|23|42)/;

/**
 * Makes a handler that turns any failure of a query into `<what>-unavailable` (retry), or, where the database refused
 * what was asked, into `<what>-refused` (stop). Quotes the server's message, which holds no value that was sent.
 */
export function unavailable(what: string): (error: Error) => never {
  return (error) => {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (hopeless.test(code)) {
      throw new AirlockError({
        code: `${what}-refused`,
        message: `PostgreSQL refused: ${error.message}`,
        next: 'stop',
      });
    }
    throw new AirlockError({
      code: `${what}-unavailable`,
      message: `PostgreSQL did not answer (${error.message}): check that it runs and can write, then try again`,
      next: 'retry',
    });
  };
}
