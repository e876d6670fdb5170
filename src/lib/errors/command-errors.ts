import { ask, retry, stop } from './error-entry.ts';

/** Errors of `airlock` commands, and errors of the identity provider. */
export const commandErrors = {
  'api-unavailable': retry('`airlock serve` gave no usable answer, or its event stream ended.'),
  'api-error-unknown': ask('The API answered with an error code that this build of `airlock` does not know.'),
  'workflow-id-invalid': stop('The API sent a workflow id that is not safe in a shell command.'),
  'decision-not-admitted': ask('The decision was refused and does not count: the message has the reason.'),
  'document-mismatch': stop('A document from the API does not match its digest in the journal: approve nothing.'),
  'dossier-mismatch': stop('The document from the API is not the requested dossier: approve nothing.'),
  'checkpoint-pending': retry("The gateway has not yet signed a checkpoint that covers the incident's last record."),
  'journal-proof-invalid': stop(
    'The API gave no valid proof for a record or an older checkpoint: the journal may be forged.',
  ),
  'sign-in-refused': ask('The sign-in at the identity provider failed.'),
  'sign-in-timeout': ask('Nobody completed the sign-in in time. Nothing was sent to Airlock.'),
  'issuer-insecure': ask(
    'The address of the identity provider must use https or a loopback address, unless AIRLOCK_INSECURE is true.',
  ),
  'issuer-invalid': ask("The identity provider's metadata is malformed or does not meet Airlock's requirements."),
  'issuer-unavailable': retry('The identity provider gave no usable answer.'),
  'status-degraded': ask('`airlock status` found a problem: the message lists every problem.'),
  'wait-timeout': ask('A condition did not become true in time: the message names the condition.'),
};
