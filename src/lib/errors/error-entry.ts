/** What the caller should do after an error: repeat the call later, ask a person, or give up the call. */
export type Next = 'retry' | 'ask' | 'stop';

/** The properties of an error code. */
export interface ErrorEntry<N extends Next = Next> {
  /** HTTP status of the error in the API of `airlock serve`. Unused if the API never returns the error. */
  status: number;
  next: N;
  /** What happened, for docs/errors.md. */
  summary: string;
}

/** Makes the entry of an error after which the caller should repeat the call later. */
export function retry(summary: string): ErrorEntry<'retry'> {
  return { status: 503, next: 'retry', summary };
}

/** Makes the entry of an error after which the caller should ask a person. */
export function ask(summary: string): ErrorEntry<'ask'> {
  return { status: 500, next: 'ask', summary };
}

/** Makes the entry of an error after which the caller should give up the call. */
export function stop(summary: string, status = 500): ErrorEntry<'stop'> {
  return { status, next: 'stop', summary };
}
