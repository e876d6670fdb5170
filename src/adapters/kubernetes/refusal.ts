import { omitUndefined } from '../../lib/omit-undefined.ts';
import { errorCatalogue, type ErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** The parts of an HTTP response that explain a refusal. */
export interface RefusedAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/**
 * Matches the message of an admission policy or webhook that denied a request. The HTTP status alone does not show the
 * denial, because the author of the policy chooses the status (often 403 or 422).
 */
const admission = /ValidatingAdmissionPolicy '.*' denied request|admission webhook ".*" denied the request/s;
/**
 * The API server's message for a JSON patch that cannot be applied (apimachinery, api/errors,
 * NewGenericServerResponse).
 */
const unappliedPatch = 'the server rejected our request due to an error in our request';

/**
 * Maps Kubernetes' StatusReason constants (apimachinery, meta/v1/types.go) to error codes. A reason is not in this list
 * if the HTTP status alone determines the error code.
 */
const reasons = new Map<string, ErrorCode>([
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
 * Makes the error for an unsuccessful response (status 300 and above). The error's code is derived from the HTTP
 * status, the reason and the message of the Status object. The error's message quotes the message of the Status object,
 * shortened and escaped. 401 and 403 are never retried, not even with another token.
 * @param description describes the requested object or list in the message.
 */
export function refusal(answer: RefusedAnswer, description: string): AirlockError {
  const status = parseStatus(answer.text);
  const message = typeof status['message'] === 'string' ? status['message'] : `status ${answer.status}`;
  const code = codeOf(answer.status, message, status['reason']);
  const shown = escapeForTerminal(message.slice(0, 500));
  return new AirlockError({
    code,
    message: `${description}: the API server refused (${answer.status}): ${shown}; ${adviceOn(code)}`,
    details: omitUndefined({ status: answer.status, retryAfterSeconds: retryAfterSeconds(answer) }),
  });
}

function adviceOn(code: ErrorCode): string {
  if (code === 'kubernetes-forbidden') return 'check the RBAC and admission policies for this identity';
  return errorCatalogue[code].next === 'retry' ? 'try again' : 'read the object again, then correct the request';
}

/** Seconds of a Retry-After header (RFC 9110). A date in the header is ignored, because Kubernetes sends no dates. */
function retryAfterSeconds({ headers }: RefusedAnswer): number | undefined {
  const value = headers['retry-after'];
  return typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : undefined;
}

function codeOf(status: number, message: string, reason: unknown): ErrorCode {
  if (status === 401 || status === 403 || admission.test(message)) return 'kubernetes-forbidden';
  if (status === 409) return 'kubernetes-conflict';
  // The API server answers 422 with this message if a `test` operation of the JSON patch failed. The object has changed
  // since it was read, so another attempt can succeed after a new read.
  if (status === 422) return message.includes(unappliedPatch) ? 'kubernetes-patch-failed' : 'kubernetes-invalid';
  return codeOfReason(reason, isTemporary(status) ? 'retry' : 'stop');
}

/**
 * Returns the error code for the reason in a Status object. A webhook or proxy can send any reason with any status, so
 * a reason is ignored if the error catalogue has a different `next` for its code.
 * @param next whether the HTTP status alone allows a retry.
 */
function codeOfReason(reason: unknown, next: 'retry' | 'stop'): ErrorCode {
  const known = typeof reason === 'string' ? reasons.get(reason) : undefined;
  if (known && errorCatalogue[known].next === next) return known;
  return next === 'retry' ? 'kubernetes-unavailable' : 'kubernetes-refused';
}

/** Returns true for too many requests (429), an expired `continue` token of a list (410), and errors of the server. */
function isTemporary(status: number): boolean {
  return status === 429 || status === 410 || status >= 500;
}

function parseStatus(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {}; // not JSON: probably an error page of a proxy or load balancer
  }
}
