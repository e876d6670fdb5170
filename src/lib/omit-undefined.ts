/** T, but each member can also have the value `undefined`. */
type Undefinable<T> = { [K in keyof T]: T[K] | undefined };

/**
 * Copies an object without the members that are undefined. The compiler option `exactOptionalPropertyTypes` refuses the
 * value `undefined` for an optional member, so such a member must be left out. Every required member of T must have a
 * value; the compiler does not check this.
 *
 * T is the type that the caller expects, as in `const trust: Trust = omitUndefined(...)`, or a type argument, as in
 * `omitUndefined<Trust>(...)`. `NoInfer` stops TypeScript from inferring T from `members`. So the compiler reports a
 * member that T does not have.
 */
export function omitUndefined<T extends object>(members: Undefinable<NoInfer<T>>): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
