import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';

/**
 * Why a request has no usable answer. After `unreachable`, the request was certainly not sent. After any other reason,
 * the request may have taken effect.
 * - `unreachable`: no connection could be opened, or the client does not accept the server's certificate.
 * - `deadline`: the answer did not arrive in time.
 * - `too-large`: the body of the answer is larger than the client accepts.
 * - `aborted`: the caller aborted the request, or disposed the client.
 * - `protocol`: the connection broke, or the request or the answer is malformed.
 */
export type HttpFailureReason = 'unreachable' | 'deadline' | 'too-large' | 'aborted' | 'protocol';

/** The parts of a request that an error message shows. `path` includes the query. */
export interface RequestSummary {
  method: string;
  origin: string;
  path: string;
}

const advice: Record<HttpFailureReason, string> = {
  unreachable: 'check the address, and check that the server runs',
  deadline: 'check whether the server is overloaded, then try again',
  'too-large': 'check that the address belongs to the right server',
  aborted: 'send the request again if it is still needed',
  protocol: 'check that the address belongs to the right server, then try again',
};

/** Longest text of a problem, characters. The rest is cut off. */
const longestProblem = 200;

/**
 * The only error of the HTTP client. The message names the request and the problem, and says what to do next. The
 * message never contains a header or a body. The error has no `cause`, because an error of the HTTP library may contain
 * a header or a body.
 */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly reason: HttpFailureReason;
  /** The problem alone, such as `connect ECONNREFUSED 127.0.0.1:1`. The text is escaped and safe to print. */
  readonly problem: string;

  constructor({ method, origin, path }: RequestSummary, reason: HttpFailureReason, problem: string) {
    const escaped = escapeForTerminal(cutSecrets(problem).slice(0, longestProblem));
    super(`${method} ${path} on ${origin}: ${escaped}; ${advice[reason]}`);
    this.reason = reason;
    this.problem = escaped;
  }
}
