import { ask, retry, stop } from './error-entry.ts';

/** The command line as a client of the API and of the identity provider. */
export const commandErrors = {
  'api-unavailable': retry('`airlock serve` did not answer, or answered with something that is not an error of it.'),
  'api-error-unknown': ask('The API answered with an error code that this version of the command line does not know.'),
  'workflow-id-invalid': stop('The API named a workflow id that is not safe to print in a command line.'),
  'decision-not-admitted': ask('The gateway did not admit the decision: the message has its reason.'),
  'document-mismatch': stop('A document from the API has another digest than the journal records: do not approve.'),
  'dossier-mismatch': stop('The dossier from the API is not the one that was asked for: do not approve.'),
  'checkpoint-pending': retry('The newest records are not covered by a signed checkpoint yet.'),
  'journal-proof-invalid': stop('The proofs from the API do not show that the record is in the signed journal.'),
  'sign-in-refused': ask('The identity provider refused the sign-in.'),
  'sign-in-timeout': ask('Nobody completed the sign-in in time: nothing was decided.'),
  'issuer-insecure': ask('The identity provider has an address without TLS that is not on this machine.'),
  'issuer-invalid': ask("The identity provider's metadata is malformed or does not meet Airlock's requirements."),
  'issuer-unavailable': retry('The identity provider did not answer.'),
  'status-degraded': ask('`airlock status` found a component that does not run, does not answer or is degraded.'),
  'wait-timeout': ask('An awaited condition did not become true in time: the message names it.'),
};
