/** Fields of a Kubernetes object that have no TypeScript type here. */
export type Fields = Record<string, any>;

/** A copy with only the named fields, without those that are undefined. */
export function pick(from: Fields | undefined, keys: readonly string[]): Fields {
  const entries = keys.map((key): [string, unknown] => [key, from?.[key]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
