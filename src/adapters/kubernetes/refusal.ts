import { AirlockError, type Next } from '../../lib/error.ts';
import { visible } from '../../lib/escape-for-terminal.ts';

/** What of an HTTP answer says why it is a refusal. */
export interface RefusedAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** What an admission policy or webhook answers with; Kubernetes gives it 422 or 403 as the policy's author likes. */
const admission = /ValidatingAdmissionPolicy '.*' denied request|admission webhook ".*" denied the request/s;
/** apimachinery's words (api/errors, NewGenericServerResponse) for a JSON patch that could not be applied. */
const unappliedPatch = 'the server rejected our request due to an error in our request';

/**
 * The error for an answer that is no success (status 300 and above): code from the Status object's reason, its message
 * cut and made safe to show. 401 and 403 are never worth another try, nor one with a broader token.
 */
export function refusal(answer: RefusedAnswer, subject: string): AirlockError {
  const status = parseStatus(answer.text);
  const message = typeof status['message'] === 'string' ? status['message'] : `status ${answer.status}`;
  const retryAfter = retryAfterSeconds(answer);
  const { code, next } = judge(answer.status, message, status['reason']);
  return new AirlockError({
    code,
    message: `${subject}: the API server refused (${answer.status}): ${visible(message.slice(0, 500))}`,
    next,
    details: { status: answer.status, ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }) },
  });
}

/** Seconds of a Retry-After header (RFC 9110, delay form only: it is what Kubernetes sends). */
export function retryAfterSeconds({ headers }: RefusedAnswer): number | undefined {
  const value = headers['retry-after'];
  return typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : undefined;
}

function judge(status: number, message: string, reason: unknown): { code: string; next: Next } {
  if (status === 401 || status === 403 || admission.test(message))
    return { code: 'kubernetes-forbidden', next: 'stop' };
  if (status === 409) return { code: 'kubernetes-conflict', next: 'retry' };
  // A failed `test` means that the object moved on since it was read: reading again may well succeed.
  if (status === 422) return { code: 'kubernetes-invalid', next: message.includes(unappliedPatch) ? 'retry' : 'stop' };
  return { code: `kubernetes-${word(reason) ?? status}`, next: passes(status) ? 'retry' : 'stop' };
}

/** Too many requests, a list that took too long to page through, a server in trouble: all of it goes by. */
function passes(status: number): boolean {
  return status === 429 || status === 410 || status >= 500;
}

/** `TooManyRequests` as `too-many-requests`; undefined for what is no reason of Kubernetes' kind. */
function word(reason: unknown): string | undefined {
  if (typeof reason !== 'string' || !/^[A-Za-z]{1,40}$/.test(reason)) return undefined;
  return reason.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

function parseStatus(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy's or load balancer's page: its text says nothing about the object
  }
}
