/** T, but each member may be undefined. */
type Undefinable<T> = { [K in keyof T]: T[K] | undefined };

/**
 * Copies an object without the members that are undefined. Under `exactOptionalPropertyTypes`, an optional member may
 * be absent, but must not be undefined. TypeScript infers T from the type that the caller expects. The caller can also
 * give T, as in `omitUndefined<Trust>(...)`. Without `NoInfer`, TypeScript would infer T from `members`, and accept a
 * member that the expected type does not have.
 */
export function omitUndefined<T extends object>(members: Undefinable<NoInfer<T>>): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
