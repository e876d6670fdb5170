import type { z } from 'zod';

/** Part of every text that is sent, so that the tests find an answer that quotes it. */
export const marker = 'Zx9q';

/** A bad body; the name says what is wrong with it. */
export interface BadBody {
  name: string;
  body: string | Buffer;
}

/** Bodies that are bad for every schema. */
const alwaysBad: BadBody[] = [
  { name: 'nothing', body: '' },
  { name: 'not JSON', body: `{"${marker}": [` },
  { name: 'two documents', body: `{} {"${marker}":1}` },
  { name: 'not UTF-8', body: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]) },
  { name: 'UTF-16', body: Buffer.from('{"a":1}', 'utf16le') },
  { name: 'deep nesting', body: `${'['.repeat(20_000)}${']'.repeat(20_000)}` },
  ...['null', '[]', '3', `"${marker}"`, 'true'].map((body) => ({ name: body, body })),
];

const huge = '1e999';
/** Values that replace each member in turn: other types, empty values, control characters, too long ones. */
const strange: unknown[] = [
  ...[null, true, -1, 3.5, huge, {}, [], [[]], '', marker, `${marker}\u001b[2J`, `\u202e${marker}`, `${marker}\0`],
  `${marker}\ud800`,
  marker.repeat(5_000),
];

/**
 * All bad bodies: those that are bad for every schema, and the valid body with one member at a time left out, added or
 * changed, except where the schema accepts the change.
 */
export function badBodies(schema: z.ZodType, good: object): BadBody[] {
  const text = JSON.stringify(good);
  const proto = text.replace('{', `{"__proto__":{"${marker}":1},`);
  const changed = [...variants(good, 'body')]
    // JavaScript has no number this large, so it is written as text.
    .map(({ name, value }) => ({ name, body: JSON.stringify(value).replace(`"${huge}"`, huge) }))
    .filter(({ body }) => !schema.safeParse(JSON.parse(body)).success);
  const ahead = text.replace(/"startsAt":"\d{4}/, '"startsAt":"9999');
  // No schema refuses a start in the future.
  const unstarted = ahead === text ? [] : [{ name: 'a start far ahead', body: ahead }];
  return [...alwaysBad, { name: 'a member called __proto__', body: proto }, ...unstarted, ...changed];
}

function* variants(value: unknown, at: string): Generator<{ name: string; value: unknown }> {
  for (const other of strange) yield { name: `${at} is ${JSON.stringify(other).slice(0, 30)}`, value: other };
  if (Array.isArray(value)) {
    const [first, ...rest] = value as unknown[];
    for (const { name, value: changed } of variants(first, `${at}[0]`)) yield { name, value: [changed, ...rest] };
  } else if (typeof value === 'object' && value !== null) {
    yield { name: `${at} with an unknown member`, value: { ...value, [`${marker}\u001b`]: 1 } };
    for (const [key, member] of Object.entries(value)) {
      yield { name: `without ${at}.${key}`, value: { ...value, [key]: undefined } };
      for (const one of variants(member, `${at}.${key}`)) yield { ...one, value: { ...value, [key]: one.value } };
    }
  }
}
