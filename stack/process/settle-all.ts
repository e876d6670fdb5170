/**
 * Waits until all promises have settled. Then returns all results, or throws the error of the first rejected promise in
 * the list. `Promise.all` would throw earlier. If the start of one server fails, the caller calls `stopAll`. At
 * that moment no other server may still be starting, because `stopAll` could miss it.
 */
export async function settleAll<T extends readonly unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as unknown as T;
}
