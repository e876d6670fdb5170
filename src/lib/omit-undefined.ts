/** The same members, each of which may be undefined. */
type Undefinable<T> = { [K in keyof T]: T[K] | undefined };

/**
 * Copies an object without the members that are undefined. Callers use it to build values of types with optional
 * members: under `exactOptionalPropertyTypes`, an optional member may be absent but not undefined. The type comes from
 * the place where the result is used, or is given: `omitUndefined<Trust>({...})`. Without `NoInfer` it would come from the
 * members, and TypeScript would then accept a member that the expected type does not have.
 */
export function omitUndefined<T extends object>(members: Undefinable<NoInfer<T>>): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
