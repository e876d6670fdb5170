/**
 * Like `Promise.all`, but waits for all promises before it throws the first error. So no server is still starting when
 * the caller handles the error and stops the recorded servers.
 */
export async function settleAll<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as unknown as T;
}
