import { needsPerson, retry, stop } from './error-entry.ts';

/** Errors of the command line as a client of the API and of the identity provider. */
export const commandErrors = {
  'api-unavailable': retry(
    '`airlock serve` gave no complete answer, or answered with an error that does not have the form of an AirlockError.',
  ),
  'api-error-unknown': needsPerson(
    'The API answered with an error code that this version of the command line does not know.',
  ),
  'workflow-id-invalid': stop('The API sent a workflow id that is not safe to print as part of a shell command.'),
  'decision-not-admitted': needsPerson('The gateway did not admit the decision: the message has the reason.'),
  'document-mismatch': stop('The digest of a document from the API is not the digest in the journal: do not approve.'),
  'dossier-mismatch': stop('The API answered with another dossier than the requested one: do not approve.'),
  'checkpoint-pending': retry('No signed checkpoint covers the newest records yet.'),
  'journal-proof-invalid': stop('The proofs from the API do not prove that the record is in the signed journal.'),
  'sign-in-refused': needsPerson('The identity provider refused the sign-in.'),
  'sign-in-timeout': needsPerson('Nobody completed the sign-in in time, so nothing was sent to Airlock.'),
  'issuer-insecure': needsPerson('The address of the identity provider has no TLS and is not on this machine.'),
  'issuer-invalid': needsPerson(
    "The identity provider's metadata is malformed or does not meet Airlock's requirements.",
  ),
  'issuer-unavailable': retry('The identity provider did not answer.'),
  'status-degraded': needsPerson(
    '`airlock status` found a component that does not run, does not answer or is degraded.',
  ),
  'wait-timeout': needsPerson('A condition did not become true in time: the message names the condition.'),
};
