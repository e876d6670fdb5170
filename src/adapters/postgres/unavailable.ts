import pg from 'pg';
import { AirlockError } from '../../lib/error.ts';

/** What a statement was about, as its error codes name it. */
export type Store =
  | 'admissions'
  | 'blobs'
  | 'challenges'
  | 'checkpoints'
  | 'inbox'
  | 'journal'
  | 'ledger'
  | 'read-leases'
  | 'requester-records'
  | 'routing'
  | 'status';

// SQLSTATE classes: data exception, integrity constraint, syntax error or access rule. The same call fails again.
const permanent = /^(22|23|42)/;

/**
 * Makes a handler that turns any failure of a query into `<store>-unavailable` (retry), or into `<store>-rejected` (stop)
 * where the database rejected the statement. Quotes the server's message, which contains no value of the statement.
 */
export function unavailable(store: Store): (error: Error) => never {
  return (error) => {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (permanent.test(code)) {
      throw new AirlockError({
        code: `${store}-rejected`,
        message: `PostgreSQL rejected the statement: ${error.message}`,
      });
    }
    throw new AirlockError({
      code: `${store}-unavailable`,
      message: `PostgreSQL did not answer (${error.message}): check that it runs and can write, then try again`,
    });
  };
}
