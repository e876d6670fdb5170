/**
 * Waits for all, also where one fails: so that nothing is still being started when the first failure is thrown and
 * whoever catches it stops everything that is on record.
 */
export async function settleAll<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as unknown as T;
}
