import { needsPerson, retry, stop } from './error-entry.ts';

/** Errors of requests to the API of `airlock serve`, and of input to the command line. */
export const requestErrors = {
  'bad-input': stop('A value in a request, a file or a command line is malformed or out of range.', 400),
  unauthorized: stop('The request has no bearer token, or this route does not accept the token.', 401),
  'cluster-not-allowed': stop('The labels of an alert name another cluster than the one that the token is for.', 403),
  'not-found': stop('The address, incident, document or checkpoint does not exist.', 404),
  'method-not-allowed': stop('The address does not accept this HTTP method.', 405),
  'no-open-dossier': stop('The incident is closed, or no dossier of it is open for decisions and edits.', 409),
  'too-large': stop('The body of the request is too large.', 413),
  'unsupported-media-type': stop('The address does not accept the content type of the request.', 415),
  'decision-refused': stop(
    'The decision was refused: the decision or its token is not valid for the open dossier.',
    422,
  ),
  'edit-refused': stop('The edit was refused: the edit or its token is not valid for the open dossier.', 422),
  'request-refused': stop('The request was refused: the request or its token is not valid.', 422),
  'too-many-streams': retry('The API already serves its maximum number of event streams.'),
  internal: needsPerson('A defect of Airlock: the log of the process has the details.'),
  'workflow-unavailable': retry(
    "The incident's workflow did not answer in time. It is safe to send the same message again.",
  ),
  'workflow-refused': stop(
    "The incident's workflow refused the message with a code that this build of Airlock does not have.",
  ),
  'temporal-unavailable': retry('Temporal does not answer.'),
};
