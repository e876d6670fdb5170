import { ask, retry, stop } from './error-entry.ts';

/** Errors of the API of `airlock serve`, and errors of input to any Airlock process or command. */
export const requestErrors = {
  'bad-input': stop('A value in a request, a file or a command line is not valid: the message says where.', 400),
  unauthorized: stop('The request has no bearer token, or this route does not accept the token.', 401),
  'token-expired': stop('The bearer token has expired: ask the operator of Airlock for a new one.', 401),
  'cluster-not-allowed': stop('The label `cluster` of an alert is not the cluster of the bearer token.', 403),
  'not-found': stop('The address, incident, document or checkpoint does not exist.', 404),
  'method-not-allowed': stop('The address does not accept this HTTP method.', 405),
  'no-open-dossier': stop(
    'The incident accepts no decision or edit now: it is closed, or it has no open dossier.',
    409,
  ),
  'too-large': stop('The body of the request is too large.', 413),
  'unsupported-media-type': stop('The address does not accept the content type of the request.', 415),
  'decision-refused': stop('The decision was refused: the message has the reason.', 422),
  'edit-refused': stop('The edit was refused: the message has the reason.', 422),
  'request-refused': stop('The request for a repair or an undo was refused: the message has the reason.', 422),
  'sign-in-used': stop('The sign-in was already used for another decision, edit or request: sign in again.', 422),
  'too-many-streams': retry('The API already serves its maximum number of event streams.'),
  internal: ask('A defect of Airlock: the log of the process has the details.'),
  'workflow-unavailable': retry("A call to the incident's workflow failed. It is safe to send the same message again."),
  'workflow-refused': stop(
    "The incident's workflow refused the message. This build of Airlock does not know the error code.",
  ),
  'temporal-unavailable': retry('Temporal cannot be reached, or a call to Temporal failed.'),
};
