/** Fields of a Kubernetes object that have no TypeScript type here. */
export type Fields = Record<string, any>;

/** Copies the named fields of an object, except those that are undefined. */
export function pick(object: Fields | undefined, keys: readonly string[]): Fields {
  const entries = keys.map((key): [string, unknown] => [key, object?.[key]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
