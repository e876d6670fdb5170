import pg from 'pg';
import { AirlockError } from '../../lib/error.ts';

/**
 * The store that a statement reads or writes. Its name is the first part of the error codes. `admissions` is the
 * archive of admitted decisions; it has nothing to do with Kubernetes admission.
 */
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

// SQLSTATE classes: data exception (22), integrity constraint (23), syntax error or access rule (42). The same
// statement would fail again.
const permanent = /^(22|23|42)/;

/**
 * Makes a handler for failed queries. The handler throws `<store>-rejected` (stop) if the database rejected the
 * statement, and `<store>-unavailable` (retry) after any other failure. The error quotes the server's message, but not
 * the server's detail, which can contain values of a row.
 */
export function unavailable(store: Store): (error: Error) => never {
  return (error) => {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (permanent.test(code)) {
      throw new AirlockError({
        code: `${store}-rejected`,
        message: `PostgreSQL rejected a statement on ${store} (${error.message}): check that this build set up the database and its roles`,
      });
    }
    throw new AirlockError({
      code: `${store}-unavailable`,
      message: `PostgreSQL did not answer a statement on ${store} (${error.message}): check that PostgreSQL runs and can write to its disk, then try again`,
    });
  };
}
