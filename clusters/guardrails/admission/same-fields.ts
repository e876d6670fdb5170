import { celString } from './admission-policy.ts';

/** CEL: every condition holds. */
export function all(conditions: readonly string[]): string {
  return conditions.join(' && ');
}

/** CEL: these fields of two objects are equal, or missing in both. */
export function same(object: string, old: string, fields: readonly string[]): string {
  return all(fields.map((field) => `${object}.?${field} == ${old}.?${field}`));
}

/** CEL: in the map `field`, only keys that are listed (or begin with a listed `.../`) differ. */
export function sameKeys(path: string, field: string, listed: readonly string[]): string {
  const [now, before] = ['object', 'oldObject'].map((object) => `${object}.${path}.?${field}.orValue({})`);
  const free = listed.map((key) => (key.endsWith('/') ? `k.startsWith(${celString(key)})` : `k == ${celString(key)}`));
  const changed = (test: string) => [...free, test].join(' || ');
  return `${now}.all(k, ${changed(`${before}[?k] == ${now}[?k]`)}) && ${before}.all(k, ${changed(`k in ${now}`)})`;
}
