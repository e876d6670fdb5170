import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import Fastify, { type RouteOptions } from 'fastify';
import { z } from 'zod';
import { createPool } from '../../../src/adapters/postgres/pool.ts';
import { collectDescribedRoutes } from '../../../src/api/openapi/described-routes.ts';
import { addRouteGroup } from '../../../src/api/http/route-group.ts';
import { openApiDocument } from '../../../src/api/openapi/openapi.ts';
import type { RouteDoc } from '../../../src/api/openapi/route-doc.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { collectRoutes } from '../routes.ts';
import { createTestApi, tokens } from '../api-under-test.ts';

// No database listens there: a description needs none.
const pool = createPool(new Secret('postgres://127.0.0.1:1/airlock'));
const routes = collectRoutes();
const api = createTestApi(pool);

after(async () => {
  await api.close();
  await pool.end();
});

interface Operation {
  security: Record<string, []>[];
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

async function document(): Promise<Document> {
  const headers = { authorization: `Bearer ${tokens.operator}` };
  return (await api.inject({ url: '/v1/openapi.json', headers })).json<Document>();
}

describe('GET /v1/openapi.json', () => {
  it('describes every route with one bearer scheme, its answer and the shape of errors', async () => {
    const { paths, components } = await document();
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
    const added = routes.map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    assert.deepEqual(operations.map(({ name }) => name).sort(), added.sort());
    for (const { name, operation } of operations) {
      const [scheme = '', ...others] = operation.security.flatMap(Object.keys);
      assert.deepEqual(others, [], name);
      assert.ok(scheme in components.securitySchemes, name);
      assert.ok('401' in operation.responses, name);
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        assert.deepEqual(content, { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }, name);
      }
    }
  });

  it('refers only to components that it contains', async () => {
    const text = JSON.stringify(await document());
    const { components } = await document();
    const named = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? '');
    assert.ok(named.includes('#/components/schemas/Dossier'));
    for (const to of named) assert.ok(to.replace('#/components/schemas/', '') in components.schemas, to);
  });
});

const doc: RouteDoc = { summary: 'x', answer: {} };
const anybody = { name: 'anybody', sha256: '', expiresAt: '' };
const handler = async (): Promise<object> => ({});

/** Starts an API of one route, inside a route group if one is named. */
async function start(route: Partial<RouteOptions>, group?: 'operator'): Promise<void> {
  const app = Fastify();
  const described = collectDescribedRoutes(app);
  const added = { method: 'GET', url: '/x', handler, ...route } as RouteOptions;
  if (group) addRouteGroup(app, { name: group, check: () => anybody }, (scope) => void scope.route(added));
  else void app.register(async (scope) => void scope.route(added));
  try {
    await app.ready();
    openApiDocument(described);
  } finally {
    await app.close();
  }
}

interface Knot {
  knots: Knot[];
}
const knot: z.ZodType<Knot> = z.lazy(() => z.object({ knots: z.array(knot) }));

describe('an API with an undescribed route does not start', () => {
  it('accepts a described route behind a bearer check', () => start({ config: { doc } }, 'operator'));
  it('refuses a route without a description', () =>
    assert.rejects(start({}, 'operator'), /GET \/x has no description/));
  it('refuses a route without a bearer check', () => assert.rejects(start({ config: { doc } }), /has no bearer check/));
  it('refuses an undescribed path parameter', () =>
    assert.rejects(start({ url: '/x/:id', config: { doc } }, 'operator'), /does not describe id/));
  it('refuses a recursive schema without a name', () =>
    assert.rejects(
      start({ config: { doc: { ...doc, answer: { schema: knot } } } }, 'operator'),
      /a recursive schema has no name/,
    ));
});
