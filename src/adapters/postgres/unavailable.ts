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
  | 'sign-ins'
  | 'status';

/** SQLSTATE classes after which the same values fail again: data exception, integrity constraint violation. */
const badValues = /^(22|23)/;
/** SQLSTATE class: syntax error or access rule violation. The same statement fails again, with any values. */
const mismatch = /^42/;
/** SQLSTATE query_canceled: the statement reached `statement_timeout`. */
const statementTimeout = '57014';

/**
 * Makes a handler for a failed statement. The handler throws `<store>-rejected` (stop) if PostgreSQL refuses the values,
 * `database-mismatch` (stop) if PostgreSQL refuses the statement with any values, and `statement-timeout` (retry) if the
 * statement reached its time limit. After any other failure, the handler throws `<store>-unavailable` (retry). The error
 * contains the original message without secrets. The DETAIL field of PostgreSQL is left out, because DETAIL can contain
 * values of a row.
 */
export function unavailable(store: Store): (error: Error) => never {
  return (error) => {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    const problem = cutSecrets(error.message);
    if (badValues.test(code)) {
      throw new AirlockError({
        code: `${store}-rejected`,
        message: `PostgreSQL rejected the values of a statement on ${store} (${problem}): report this as a fault of Airlock`,
      });
    }
    if (mismatch.test(code)) {
      throw new AirlockError({
        code: 'database-mismatch',
        message: `PostgreSQL refused a statement on ${store} (${problem}): check that this build of Airlock has set up the database and its roles`,
      });
    }
    if (code === statementTimeout) {
      throw new AirlockError({
        code: 'statement-timeout',
        message: `PostgreSQL needed too long for a statement on ${store} (${problem}): check the load and the disk of PostgreSQL, then try again`,
      });
    }
    throw new AirlockError({
      code: `${store}-unavailable`,
      message: `PostgreSQL did not complete a statement on ${store} (${problem}): check that PostgreSQL runs and can write to its disk, then try again`,
    });
  };
}
