import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { omitUndefined } from '../../../src/lib/omit-undefined.ts';
import { errorBodySchema } from '../../../src/lib/error.ts';
import { incident } from '../../execution/fixture.ts';
import { marker } from './bad-bodies.ts';
import { badRequests, type BadRequest } from './bad-requests.ts';
import { collectRoutes } from '../routes.ts';
import { seedIncident, type Documents } from '../seed-incident.ts';
import { startApiOnDatabase } from '../api-on-database.ts';
import { tokens } from '../api-under-test.ts';

const routes = collectRoutes();
const { api, database } = await startApiOnDatabase();
const documents = await seedIncident(database);
await api.ready();

function send(url: string, { method, path, type, body }: BadRequest) {
  const authorization = `Bearer ${url.startsWith('/v1/alerts') ? tokens.east : tokens.operator}`;
  const headers = omitUndefined<Record<string, string>>({ authorization, 'content-type': type || undefined });
  return api.inject(omitUndefined({ method: method as 'GET', url: path, headers, payload: body }));
}

/** Number of rows of every table. */
async function rows(): Promise<object> {
  const owner = database.pools.owner;
  const { rows: tables } = await owner.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema()`,
  );
  assert.ok(tables.length > 3);
  const counts = tables.map(({ name }) => `SELECT '${name}' AS name, count(*)::int AS n FROM ${name}`);
  return (await owner.query(counts.join(' UNION ALL '))).rows;
}

describe('every route refuses every kind of bad input, stores nothing and quotes nothing', () => {
  for (const route of routes) {
    const [, kind = ''] = /(\w+)\/:digest$/.exec(route.url) ?? [];
    const digest = documents[kind as keyof Documents];
    const here = route.url.replace(':id', incident.id).replace(':digest', digest).replaceAll(/:\w+/g, '0');
    it(`${route.method} ${route.url}`, async () => {
      const before = await rows();
      for (const bad of badRequests(route, here)) {
        const { statusCode, body, headers } = await send(route.url, bad);
        assert.ok(bad.statuses.includes(statusCode), `${bad.name}: ${statusCode} ${body}`);
        if (statusCode === 405) assert.equal(headers['allow'], route.method, bad.name);
        if (bad.method === 'HEAD') continue;
        const { message, details } = errorBodySchema.parse(JSON.parse(body));
        if (statusCode === 400)
          assert.ok(message.startsWith(`${String(details?.['field'])}: `), `${bad.name}: ${body}`);
        assert.doesNotMatch(body, /[^\x20-\x7e]|\\u00|passwd/, bad.name);
        assert.ok(!body.includes(marker), `${bad.name}: ${body}`);
      }
      assert.deepEqual(await rows(), before);
    });
  }
});
