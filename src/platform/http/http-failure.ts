import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/**
 * Why a request has no usable answer.
 * - `unreachable`: no connection could be opened, or the server has a wrong certificate. The request was not sent.
 * - `deadline`: the time ran out before there was a connection or a complete answer. The request may have taken effect.
 * - `too-large`: the body of the answer is larger than the client accepts. The request may have taken effect.
 * - `aborted`: the caller's signal aborted, or the client was closed. The request may have taken effect.
 * - `protocol`: the connection broke, or the answer is malformed. The request may have taken effect.
 */
export type HttpFailureReason = 'unreachable' | 'deadline' | 'too-large' | 'aborted' | 'protocol';

/** The parts of a request that an error shows. */
export interface NamedRequest {
  method: string;
  origin: string;
  path: string;
}

const advice: Record<HttpFailureReason, string> = {
  unreachable: 'check the address and that the server runs',
  deadline: 'check whether the server is overloaded, then try again',
  'too-large': 'check that the address belongs to the right server',
  aborted: 'send it again if it is still needed',
  protocol: 'check that the address belongs to the right server, then try again',
};

/** Longest problem text in a message, characters. */
const longestProblem = 200;

/**
 * The only error of the HTTP client. Its message names method, path and origin, the problem, and what to do next. It
 * never contains a header or a body. The error has no `cause`: an error of the HTTP library may contain a header or a
 * body.
 */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly reason: HttpFailureReason;
  /**
   * The problem alone, such as `connect ECONNREFUSED 127.0.0.1:1`, for the caller's own message. The text is escaped
   * and safe to print.
   */
  readonly problem: string;

  constructor({ method, origin, path }: NamedRequest, reason: HttpFailureReason, problem: string) {
    const escaped = escapeForTerminal(problem.slice(0, longestProblem));
    super(`${method} ${path} on ${origin}: ${escaped}; ${advice[reason]}`);
    this.reason = reason;
    this.problem = escaped;
  }
}
