import { cutMessage } from '../../lib/cut-message.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { errorCatalogue, type ErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';

/** The parts of an HTTP answer that `refusal` reads. */
export interface UnsuccessfulAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body: a Status object of Kubernetes, or the text of a proxy. */
  text: string;
}

/**
 * Matches the message for a request that an admission policy or webhook denied. The author of the policy or webhook
 * chooses the HTTP status (often 403 or 422). So the status alone does not show the denial.
 */
const admissionDenial = /ValidatingAdmissionPolicy '.*' denied request|admission webhook ".*" denied the request/s;
/**
 * The API server's message for a JSON patch that cannot be applied (apimachinery, api/errors,
 * NewGenericServerResponse).
 */
const unappliedPatch = 'the server rejected our request due to an error in our request';

/**
 * Maps Kubernetes' StatusReason constants (apimachinery, meta/v1/types.go) to error codes. The reasons for the statuses
 * 401, 403, 409 and 422 are left out. For these statuses, `codeOf` does not need the reason.
 */
const codesByReason = new Map<string, ErrorCode>([
  ['BadRequest', 'kubernetes-bad-request'],
  ['Expired', 'kubernetes-expired'],
  ['Gone', 'kubernetes-gone'],
  ['InternalError', 'kubernetes-internal-error'],
  ['MethodNotAllowed', 'kubernetes-method-not-allowed'],
  ['NotAcceptable', 'kubernetes-not-acceptable'],
  ['NotFound', 'kubernetes-not-found'],
  ['RequestEntityTooLarge', 'kubernetes-request-entity-too-large'],
  ['ServerTimeout', 'kubernetes-server-timeout'],
  ['ServiceUnavailable', 'kubernetes-service-unavailable'],
  ['StoreReadError', 'kubernetes-store-read-error'],
  ['Timeout', 'kubernetes-timeout'],
  ['TooManyRequests', 'kubernetes-too-many-requests'],
  ['UnsupportedMediaType', 'kubernetes-unsupported-media-type'],
]);

/**
 * Makes the error for an answer with a status of 300 or above. The error's message quotes the message of the Status
 * object, without secrets, shortened and escaped.
 * @param description names the requested object or list.
 */
export function refusal(answer: UnsuccessfulAnswer, description: string): AirlockError {
  const statusObject = parseStatusObject(answer.text);
  const message = typeof statusObject['message'] === 'string' ? cutMessage(statusObject['message']) : 'no message';
  const code = codeOf(answer.status, message, statusObject['reason']);
  const shown = escapeForTerminal(cutSecrets(message).slice(0, 500));
  return new AirlockError({
    code,
    message: `${description}: the API server answered ${answer.status} (${shown}); ${adviceOn(code)}`,
    details: omitUndefined({ status: answer.status, retryAfterSeconds: retryAfterSeconds(answer) }),
  });
}

function adviceOn(code: ErrorCode): string {
  if (code === 'kubernetes-forbidden') return 'check the token, the RBAC rules and the admission policies';
  return errorCatalogue[code].next === 'retry' ? 'try again' : 'correct the request';
}

/** Returns the seconds of a Retry-After header (RFC 9110). A date is ignored, because Kubernetes sends no dates. */
function retryAfterSeconds({ headers }: UnsuccessfulAnswer): number | undefined {
  const value = headers['retry-after'];
  return typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : undefined;
}

function codeOf(status: number, message: string, reason: unknown): ErrorCode {
  if (status === 401 || status === 403 || admissionDenial.test(message)) return 'kubernetes-forbidden';
  if (status === 409) return 'kubernetes-conflict';
  // 422 with this message: the JSON patch does not fit the object, for example because a `test` operation failed. The
  // object has changed since Airlock read it. After a new read, a new patch can succeed.
  if (status === 422) return message.includes(unappliedPatch) ? 'kubernetes-patch-failed' : 'kubernetes-invalid';
  return codeOfReason(reason, isTemporary(status) ? 'retry' : 'stop');
}

/**
 * Returns the error code for the reason in a Status object. A webhook or proxy can send a reason that does not fit the
 * HTTP status. So the reason counts only if `next` of its error code equals `nextByStatus`.
 * @param nextByStatus what the caller should do next, according to the HTTP status alone.
 */
function codeOfReason(reason: unknown, nextByStatus: 'retry' | 'stop'): ErrorCode {
  const known = typeof reason === 'string' ? codesByReason.get(reason) : undefined;
  if (known && errorCatalogue[known].next === nextByStatus) return known;
  return nextByStatus === 'retry' ? 'kubernetes-unavailable' : 'kubernetes-refused';
}

/** Returns true for 429 (too many requests), 410 (the resource version is too old), and 500 or above. */
function isTemporary(status: number): boolean {
  return status === 429 || status === 410 || status >= 500;
}

/** Returns the Status object in the body, or an empty object if the body has none. */
function parseStatusObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {}; // not JSON: probably an error page of a proxy or load balancer
  }
}
