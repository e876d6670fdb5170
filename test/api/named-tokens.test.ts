import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { renderStatus } from '../../src/cli/render/status.ts';
import { statusSchema } from '../../src/domain/incident/system-status.ts';
import type { JournalRecord, NewRecord } from '../../src/domain/journal/journal.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { Logger } from '../../src/platform/logger.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { incident } from '../execution/fixture.ts';
import { journalOf } from '../journal/journal-of.ts';
import { createTestApi, expiredAt, expiresAt, tokens, webhook } from './api-under-test.ts';
import { seedIncident, type Documents } from './seed-incident.ts';

type Api = ReturnType<typeof createTestApi>;

let database: Database;
let documents: Documents;
const apis: Api[] = [];
/** What the API under test has logged. */
const logged: Record<string, unknown>[] = [];

function collectingLog(): Logger {
  const collect = (fields: Record<string, unknown>): number => logged.push(fields);
  return Object.assign(createLogger('serve', 'silent'), { info: collect, warn: collect });
}

function startApi(change: Parameters<typeof createTestApi>[3] = {}): Api {
  const api = createTestApi(database.pools.serve, {}, undefined, { log: collectingLog(), ...change });
  apis.push(api);
  return api;
}

before(async () => {
  database = await startDatabase();
  documents = await seedIncident(database);
});
after(async () => {
  for (const api of apis) await api.close();
  await database[Symbol.asyncDispose]();
});

function get(api: Api, url: string, token = tokens.operator) {
  return api.inject({ url, headers: { authorization: `Bearer ${token}` } });
}

describe('a bearer token', () => {
  it('is refused after its end, on the routes for operators and for alerts, with what to do', async () => {
    const api = startApi();
    const authorization = `Bearer ${tokens.expired}`;
    const sent = { authorization, 'content-type': 'application/json' };
    const answers = {
      'old-laptop': await get(api, '/v1/incidents', tokens.expired),
      'old-monitoring': await api.inject({
        method: 'POST',
        url: '/v1/alerts/alertmanager',
        headers: sent,
        payload: JSON.stringify(webhook()),
      }),
    };
    for (const [name, { statusCode, headers, body }] of Object.entries(answers)) {
      assert.equal(statusCode, 401);
      assert.equal(headers['www-authenticate'], 'Bearer');
      const { code, message, details } = JSON.parse(body) as { code: string; message: string; details: object };
      assert.equal(code, 'token-expired');
      assert.match(message, new RegExp(`^the bearer token ${name} has expired .*: ask .* for a new token`));
      assert.deepEqual(details, { name, expiresAt: expiredAt });
      assert.ok(!body.includes(tokens.expired));
    }
    assert.equal((await database.pools.owner.query('SELECT 1 FROM inbox')).rowCount, 0);
  });

  it('appears in the log by its name, never by itself', async () => {
    const api = startApi();
    logged.length = 0;
    for (const token of [tokens.operator, tokens.second, tokens.expired]) await get(api, '/v1/incidents', token);
    assert.deepEqual(
      logged.map(({ caller, status }) => [caller, status]),
      [
        ['lea', 200],
        ['max', 200],
        [undefined, 401],
      ],
    );
    const text = JSON.stringify(logged);
    for (const token of Object.values(tokens)) assert.ok(!text.includes(token));
  });

  it('is shown by the status in its last seven days, by name', async () => {
    const status = statusSchema.parse((await get(startApi(), '/v1/status')).json());
    assert.deepEqual(status.expiringTokens, [
      { name: 'monitoring', expiresAt },
      { name: 'old-monitoring', expiresAt: expiredAt },
      { name: 'lea', expiresAt },
      { name: 'old-laptop', expiresAt: expiredAt },
    ]);
    const screen = renderStatus(status).join('\n');
    assert.match(
      screen,
      new RegExp(`^tokens +monitoring +the API refuses this bearer token from ${expiresAt} on`, 'm'),
    );
    assert.match(screen, /^ +old-laptop /m);
  });
});

describe('the first read of a dossier', () => {
  const dossierPath = (): string => `/v1/incidents/${incident.id}/dossiers/${documents.dossiers}`;
  const reads = async (): Promise<JournalRecord[]> =>
    (await journalOf(database.pools.serve).read(incident.id)).filter(
      ({ kind, writer }) => kind === 'dossier.read' && writer === 'airlock_serve',
    );
  const read = async (api: Api, token?: string): Promise<void> => {
    assert.equal((await get(api, dossierPath(), token)).statusCode, 200);
  };

  it('is not recorded for other documents, or if it is refused', async () => {
    const api = startApi();
    await get(api, `/v1/incidents/${incident.id}/reports/${documents.reports}`);
    await get(api, `/v1/incidents/${incident.id}/dossiers/${documents.reports}`);
    await get(api, dossierPath(), tokens.expired);
    assert.deepEqual(await reads(), []);
  });

  it('does not fail when the journal takes no record, and the next read is recorded', async () => {
    const problem = new AirlockError({ code: 'journal-unavailable', message: 'the journal is full' });
    logged.length = 0;
    let failing = true;
    const { append } = journalOf(database.pools.serve);
    const api = startApi({ appendRecord: (record) => (failing ? Promise.reject(problem) : append(record)) });
    await read(api);
    assert.deepEqual(await reads(), []);
    const warning = { incident: incident.id, dossier: documents.dossiers, reader: 'lea', problem: problem.message };
    assert.deepEqual(logged[0], warning);
    failing = false;
    await read(api);
    assert.equal((await reads()).length, 1);
  });

  it('is recorded once per token and dossier, with the name, also when reads are concurrent and after a restart', async () => {
    await append('observe', { dossier: documents.dossiers, reader: 'max' }); // another process cannot hide a read
    const api = startApi();
    await Promise.all([1, 2, 3, 4].map(() => read(api, tokens.second)));
    await read(api);
    const restarted = startApi();
    await Promise.all([read(restarted), read(restarted, tokens.second)]);
    const recorded = await reads();
    const { trace } = incident;
    assert.deepEqual(
      recorded.map(({ body, ...record }) => [record.trace, body]),
      ['lea', 'max'].map((reader) => [trace, { dossier: documents.dossiers, reader }]),
    );
    assert.match(recorded[1]?.message ?? '', /^first read of dossier sha256:.* with the token max$/);
  });

  it('does not change the state of the incident in the list', async () => {
    const api = startApi();
    await append('serve', { dossier: documents.dossiers, reader: 'old' });
    const [listed] = (await get(api, '/v1/incidents')).json<{ latestRecord: string }[]>();
    const shown = (await get(api, `/v1/incidents/${incident.id}`)).json<{ latestRecord: string }>();
    assert.deepEqual([listed?.latestRecord, shown.latestRecord], ['dossier.offered', 'dossier.offered']);
  });

  async function append(role: 'serve' | 'observe', body: NewRecord['body']): Promise<void> {
    const of = { incident: incident.id, trace: incident.trace };
    await journalOf(database.pools[role]).append({ ...of, kind: 'dossier.read', message: 'x', body });
  }
});
