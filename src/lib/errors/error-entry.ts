/** What the caller does about an error: send the same call again, ask a person, or give up. */
export type Next = 'retry' | 'ask' | 'stop';

/** What is fixed for an error code. */
export interface ErrorEntry<N extends Next = Next> {
  /** HTTP status with which the API of `airlock serve` answers. */
  status: number;
  next: N;
  /** What happened, in one sentence, for docs/errors.md. */
  summary: string;
}

/** The same call may succeed later. */
export function retry(summary: string): ErrorEntry<'retry'> {
  return { status: 503, next: 'retry', summary };
}

/** A person has to look or to change something first. */
export function ask(summary: string): ErrorEntry<'ask'> {
  return { status: 500, next: 'ask', summary };
}

/** The same call can only fail again. */
export function stop(summary: string, status = 500): ErrorEntry<'stop'> {
  return { status, next: 'stop', summary };
}
