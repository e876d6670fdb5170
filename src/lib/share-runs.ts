/**
 * Returns a function that calls `run`, but never twice at the same time. A call that arrives while `run` runs waits for
 * one further run, which all such calls share. So each call gets the result of a run that began after the call.
 */
export function shareRuns<T>(run: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    return run();
  };
  return () => {
    if (next) return next;
    next = last.then(begin, begin);
    last = next;
    return next;
  };
}
