import { ask, retry, stop } from './error-entry.ts';

/** Requests to the API of `airlock serve`, and input of the command line. */
export const requestErrors = {
  'bad-input': stop('A value in a request, a file or a command line is malformed or out of range.', 400),
  unauthorized: stop('The request has no bearer token that this API knows.', 401),
  'cluster-not-allowed': stop('An alert names another cluster than the one that its token is for.', 403),
  'not-found': stop('The address, incident or document does not exist.', 404),
  'method-not-allowed': stop('The address does not take this HTTP method.', 405),
  'no-open-dossier': stop('The incident is closed, or no dossier of it is open for decisions and edits.', 409),
  'too-large': stop('The body of the request is too large.', 413),
  'unsupported-media-type': stop('The body of the request has a content type that this address does not take.', 415),
  'decision-refused': stop('The decision, or its token, does not fit the open dossier.', 422),
  'edit-refused': stop('The edit, or its token, does not fit the open dossier.', 422),
  'request-refused': stop('The request for a repair, or its token, was refused.', 422),
  'too-many-streams': retry('The API serves as many event streams as it can.'),
  internal: ask('A defect of Airlock: the log of `airlock serve` has the details.'),
  'workflow-unavailable': retry("The incident's workflow did not answer in time: sending the same again is safe."),
  'workflow-refused': stop("The incident's workflow refused the message for a reason that has no code of its own."),
  'temporal-unavailable': retry('Temporal does not answer.'),
};
