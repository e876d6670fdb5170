import type { z } from 'zod';

/** Stands in everything that is sent as text, so that an answer which quotes any of it is found. */
export const marker = 'Zx9q';

/** Something to send as a body, and what is bad about it. */
export interface BadBody {
  name: string;
  body: string | Buffer;
}

/** Bad whatever the schema is. */
const never: BadBody[] = [
  { name: 'nothing', body: '' },
  { name: 'not JSON', body: `{"${marker}": [` },
  { name: 'two documents', body: `{} {"${marker}":1}` },
  { name: 'not UTF-8', body: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]) },
  { name: 'UTF-16', body: Buffer.from('{"a":1}', 'utf16le') },
  { name: 'nested without end', body: `${'['.repeat(20_000)}${']'.repeat(20_000)}` },
  ...['null', '[]', '3', `"${marker}"`, 'true'].map((body) => ({ name: body, body })),
];

const huge = '1e999';
/** Put in the place of each member in turn: other types, nothing, what acts on a terminal, what is too much. */
const strange: unknown[] = [
  ...[null, true, -1, 3.5, huge, {}, [], [[]], '', marker, `${marker}\u001b[2J`, `\u202e${marker}`, `${marker}\0`],
  ...[`${marker}\ud800`, marker.repeat(5_000)],
];

/**
 * Every body that is bad: what is bad for all schemas, and a good one with one member at a time left out, added or
 * changed, as far as the schema itself does not take that.
 */
export function badBodies(schema: z.ZodType, good: object): BadBody[] {
  const text = JSON.stringify(good);
  const proto = text.replace('{', `{"__proto__":{"${marker}":1},`);
  const changed = [...variants(good, 'body')]
    // A number that no double holds cannot be made, only written.
    .map(({ name, value }) => ({ name, body: JSON.stringify(value).replace(`"${huge}"`, huge) }))
    .filter(({ body }) => !schema.safeParse(JSON.parse(body)).success);
  const ahead = text.replace(/"startsAt":"\d{4}/, '"startsAt":"9999');
  // Of no schema: what has not started yet.
  const unstarted = ahead === text ? [] : [{ name: 'a start far ahead', body: ahead }];
  return [...never, { name: 'a member called __proto__', body: proto }, ...unstarted, ...changed];
}

function* variants(value: unknown, at: string): Generator<{ name: string; value: unknown }> {
  for (const other of strange) yield { name: `${at} is ${JSON.stringify(other).slice(0, 30)}`, value: other };
  if (Array.isArray(value)) {
    const [first, ...rest] = value as unknown[];
    for (const { name, value: changed } of variants(first, `${at}[0]`)) yield { name, value: [changed, ...rest] };
  } else if (typeof value === 'object' && value !== null) {
    yield { name: `${at} with a member that is not known`, value: { ...value, [`${marker}\u001b`]: 1 } };
    for (const [key, member] of Object.entries(value)) {
      yield { name: `without ${at}.${key}`, value: { ...value, [key]: undefined } };
      for (const one of variants(member, `${at}.${key}`)) yield { ...one, value: { ...value, [key]: one.value } };
    }
  }
}
