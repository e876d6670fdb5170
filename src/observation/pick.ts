/** Fields of a Kubernetes object whose type nobody here knows. */
export type Fields = Record<string, any>;

/** Copies the named fields that are set. */
export function pick(from: Fields | undefined, keys: readonly string[]): Fields {
  const entries = keys.map((key): [string, unknown] => [key, from?.[key]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
