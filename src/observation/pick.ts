/** A part of a Kubernetes object, such as `spec`. Its fields have no TypeScript types. */
export type Fields = Record<string, any>;

/** Copies the fields `keys` of an object. Leaves out undefined fields. */
export function pick(object: Fields | undefined, keys: readonly string[]): Fields {
  const entries = keys.map((key): [string, unknown] => [key, object?.[key]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
