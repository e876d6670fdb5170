/** Makes members that may be undefined optional: `{ a: string | undefined }` becomes `{ a?: string }`. */
type Defined<T extends object> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/**
 * Copies an object without the members that are undefined. Callers use it to build values of types with optional
 * members: under `exactOptionalPropertyTypes`, an optional member may be absent but not undefined.
 */
export function omitUndefined<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}
