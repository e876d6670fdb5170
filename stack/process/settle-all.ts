/**
 * Like `Promise.all`, but waits until all promises have settled before it throws the first error in the list. If a
 * server fails to start, the caller stops all recorded servers. At that moment no other server may still be starting.
 */
export async function settleAll<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as unknown as T;
}
