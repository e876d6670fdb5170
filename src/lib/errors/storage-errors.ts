import { ask, retry, stop } from './error-entry.ts';

/** Errors of PostgreSQL, and errors of the journal. */
export const storageErrors = {
  'admissions-rejected': stop('PostgreSQL rejected a statement on admitted decisions, requests and edits.'),
  'admissions-unavailable': retry('PostgreSQL did not complete a statement on admitted decisions, requests and edits.'),
  'archive-corrupt': stop(
    'The archive of admissions has a row that the gateway did not write, or lacks one: find out who changed the database.',
  ),
  'blob-corrupt': ask('A stored document does not match its digest: restore the document from a backup.'),
  'blob-missing': ask('No document with this digest is stored: restore the document from a backup.'),
  'blob-too-large': stop('A document is larger than the store accepts.'),
  'blobs-rejected': stop('PostgreSQL rejected a statement on stored documents.'),
  'blobs-unavailable': retry('PostgreSQL did not complete a statement on stored documents.'),
  'challenges-rejected': stop('PostgreSQL rejected a statement on preflight challenges.'),
  'challenges-unavailable': retry('PostgreSQL did not complete a statement on preflight challenges.'),
  'checkpoint-refused': stop('A checkpoint of the journal is malformed, or has no valid signature by a known key.'),
  'checkpoints-rejected': stop('PostgreSQL rejected a statement on checkpoints.'),
  'checkpoints-unavailable': retry('PostgreSQL did not complete a statement on checkpoints.'),
  'database-mismatch': stop('PostgreSQL refused a statement, because a table, a column or a right is missing.'),
  'entry-malformed': stop('A journal entry is not a record in canonical form.'),
  'export-refused': stop('An exported journal is not valid: the message has the reason.'),
  'inbox-rejected': stop('PostgreSQL rejected a statement on the inbox of alerts.'),
  'inbox-unavailable': retry('PostgreSQL did not complete a statement on the inbox of alerts.'),
  'journal-corrupt': ask(
    'Records of the journal were changed or removed: keep the database, and find out who did this.',
  ),
  'journal-rejected': stop('PostgreSQL rejected a statement on the journal.'),
  'journal-unavailable': retry('PostgreSQL did not complete a statement on the journal.'),
  'key-refused': stop('A verifier key must have the form `<name>+<key id>+<base64>` and contain an Ed25519 key.'),
  'ledger-corrupt': stop(
    'A row of the ledger of executions was changed, inserted or deleted, but not by the gateway: find out who did this.',
  ),
  'ledger-rejected': stop('PostgreSQL rejected a statement on the ledger of executions.'),
  'ledger-unavailable': retry('PostgreSQL did not complete a statement on the ledger of executions.'),
  'read-leases-rejected': stop('PostgreSQL rejected a statement on read leases.'),
  'read-leases-unavailable': retry('PostgreSQL did not complete a statement on read leases.'),
  'routing-busy': retry(
    'Another transaction has just opened an incident of the same alert group, or set the owner of the same object.',
  ),
  'routing-rejected': stop('PostgreSQL rejected a statement on the routing of alerts.'),
  'routing-unavailable': retry('PostgreSQL did not complete a statement on the routing of alerts.'),
  'row-key-retired': ask(
    "Vault no longer accepts the key version of a row's MAC: lower `min_decryption_version` of the transit key `rows`.",
  ),
  'schema-changed': stop(
    'A schema file that was applied to the database is missing in this build, or has changed: another build set up the database, or somebody changed the file.',
  ),
  'schema-outdated': stop('The database was not set up by this build of Airlock: give this build an empty database.'),
  'sign-in-corrupt': ask('A row of the used sign-ins was deleted, or the gateway did not write it: find out who did.'),
  'sign-ins-rejected': stop('PostgreSQL rejected a statement on used sign-ins.'),
  'sign-ins-unavailable': retry('PostgreSQL did not complete a statement on used sign-ins.'),
  'statement-timeout': retry('A statement of PostgreSQL reached its time limit.'),
  'status-rejected': stop('PostgreSQL rejected a query for the system status.'),
  'status-unavailable': retry('PostgreSQL did not complete a query for the system status.'),
};
