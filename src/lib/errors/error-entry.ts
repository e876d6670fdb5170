/** What the caller should do after an error: send the same call again, ask a person, or give up. */
export type Next = 'retry' | 'ask' | 'stop';

/** The properties that all errors with the same code have. */
export interface ErrorEntry<N extends Next = Next> {
  /** HTTP status with which the API of `airlock serve` reports the error. */
  status: number;
  next: N;
  /** What happened, in one sentence, for docs/errors.md. */
  summary: string;
}

/** Makes the entry of an error after which the same call may succeed later. */
export function retry(summary: string): ErrorEntry<'retry'> {
  return { status: 503, next: 'retry', summary };
}

/** Makes the entry of an error after which a person must first look at something or change something. */
export function needsPerson(summary: string): ErrorEntry<'ask'> {
  return { status: 500, next: 'ask', summary };
}

/** Makes the entry of an error after which the same call can only fail again. */
export function stop(summary: string, status = 500): ErrorEntry<'stop'> {
  return { status, next: 'stop', summary };
}
