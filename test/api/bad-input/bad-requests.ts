import type { z } from 'zod';
import { badBodies, marker, type BadBody } from './bad-bodies.ts';
import { goodBodies } from '../good-bodies.ts';
import type { Route } from '../routes.ts';

/** A request that must be refused with one of these statuses. */
export interface BadRequest {
  name: string;
  method: string;
  path: string;
  type?: string;
  body?: string | Buffer;
  statuses: readonly number[];
}

/** Values for each part of an address and each query parameter. */
const strange = [
  '..',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  `%1b%5b2J${marker}`,
  `%e2%80%ae${marker}`,
  '%ff',
  '%',
  '*',
  '__proto__',
  `${marker}'--`,
  marker.repeat(20),
  marker.repeat(2_000),
];

/**
 * The bad requests for one route, made from the route's own description, so that they cover every route.
 * @param here the route's address with an existing object for every parameter.
 * @throws Error when test/api/good-bodies.ts has no valid body for the route.
 */
export function badRequests(route: Route, here: string): BadRequest[] {
  const valid = { ...goodBody(route.url), method: route.method, path: here };
  const having = (name: string, statuses: number[], change: Partial<BadRequest>): BadRequest => {
    return { ...valid, name, statuses, ...change };
  };
  return [
    ...badMethods(route).map((method) => having(`method ${method}`, [405], { method })),
    ...badQueries(route).map((query) => having(`query ${query}`, [400], { path: `${here}?${query}` })),
    ...badPaths(route).map((path) => having(path.slice(0, 60), [400, 404], { path })),
    ...badTypes(route).map((type) => having(`a body of type ${type}`, [415], { type })),
    ...bodies(route).map(({ name, type, body }) => {
      return having(name, body.length > route.bodyLimit ? [413] : [400, 403, 422], { type, body });
    }),
  ];
}

function badMethods({ method }: Route): string[] {
  return ['PUT', 'DELETE', 'OPTIONS', 'HEAD', 'QUERY', method === 'GET' ? 'POST' : 'GET'];
}

function badQueries({ doc }: Route): string[] {
  const known = Object.entries(doc.query?.shape ?? {}).flatMap(([name, schema]) => {
    const refused = strange.filter((value) => !takes(schema as z.ZodType, value));
    return [`${name}=1&${name}=2`, ...refused.map((value) => `${name}=${value}`)];
  });
  return [...[marker, '__proto__', `%1b${marker}`].map((name) => `${name}=1`), ...known];
}

function badPaths({ url }: Route): string[] {
  const names = [...url.matchAll(/:\w+/g)].map(([name]) => name);
  return names.flatMap((name) => strange.map((value) => url.replace(name, value).replaceAll(/:\w+/g, '0')));
}

function badTypes({ doc }: Route): string[] {
  return doc.body ? ['', 'text/plain', 'multipart/form-data; boundary=x', `${marker}/x`] : [];
}

function bodies({ url, doc, bodyLimit }: Route): (BadBody & { type: string })[] {
  return Object.entries(doc.body ?? {}).flatMap(([type, schema]) => {
    const good = goodBodies[url]?.[type];
    if (!good || !schema.safeParse(good).success)
      throw new Error(`test/api/good-bodies.ts: no valid ${type} for ${url}`);
    const tooLarge = { name: 'too large', body: Buffer.alloc(bodyLimit + 1, ' ') };
    return [tooLarge, ...badBodies(schema, good)].map((bad) => ({ ...bad, type }));
  });
}

function goodBody(url: string): Pick<BadRequest, 'type' | 'body'> {
  const [[type, body] = []] = Object.entries(goodBodies[url] ?? {});
  return type ? { type, body: JSON.stringify(body) } : {};
}

function takes(schema: z.ZodType, encoded: string): boolean {
  try {
    return schema.safeParse(decodeURIComponent(encoded)).success;
  } catch {
    return false;
  }
}
