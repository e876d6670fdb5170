import pg from 'pg';
import { AirlockError } from '../../lib/error.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';

/**
 * What an SQL statement reads or writes. An error code of the statement begins with this word, such as
 * `inbox-rejected`. `admissions` means the admitted decisions, requests and edits,
 * not Kubernetes admission.
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
  | 'routing'
  | 'status';

// SQLSTATE classes after which the same statement would fail again: data exception (22), integrity constraint violation
// (23), syntax error or access rule violation (42).
const permanent = /^(22|23|42)/;

/**
 * Makes a handler for a failed statement. The handler throws `<store>-rejected` (stop) if the same statement would fail
 * again. After any other failure, the handler throws `<store>-unavailable` (retry). The error contains the original
 * message without secrets. The DETAIL field of PostgreSQL is left out, because DETAIL can contain values of a row.
 */
export function unavailable(store: Store): (error: Error) => never {
  return (error) => {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    const problem = cutSecrets(error.message);
    if (permanent.test(code)) {
      throw new AirlockError({
        code: `${store}-rejected`,
        message: `PostgreSQL rejected a statement on ${store} (${problem}): check that this build of Airlock has set up the database and its roles`,
      });
    }
    throw new AirlockError({
      code: `${store}-unavailable`,
      message: `PostgreSQL did not complete a statement on ${store} (${problem}): check that PostgreSQL runs and can write to its disk, then try again`,
    });
  };
}
