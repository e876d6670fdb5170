import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createApiClient, type ApiClient } from '../../src/cli/api/api-client.ts';
import { proveJournal } from '../../src/cli/journal/prove-journal.ts';
import { plainTerminal } from '../../src/cli/render/terminal.ts';
import { checkpointText } from '../../src/tlog/checkpoint.ts';
import { startCheckpoints } from '../../src/execution/checkpoints/checkpoint-loop.ts';
import { Secret } from '../../src/platform/secret.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createTestApi, tokens } from '../api/api-under-test.ts';
import { signAs, startJournalEnvironment, type JournalEnvironment } from './environment.ts';
import { exported } from './exported.ts';
import { newJournalKey } from './key.ts';
import { rewritten } from './rewritten.ts';
import type { Database } from '../execution/database.ts';
import { dropKeptCheckpoints } from '../execution/vault.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { append, entry, incident, olderCheckpoint, sizeOf } from './scene.ts';
import { journalOf } from './journal-of.ts';

const others = ['serve', 'reason', 'observe'] as const;
let environment: JournalEnvironment;
let api: ApiClient;
let closeApi: () => Promise<void>;
let gateway: ReturnType<JournalEnvironment['gateway']>['checkpoint'];

before(async () => {
  environment = await startJournalEnvironment();
  const { database } = environment;
  ({ api, close: closeApi } = await startApi(database));
  gateway = environment.gateway().checkpoint;
  const opened = { name: 'x', cluster: 'east', startsAt: '2026-11-21T12:00:00Z', workflow: 'w' };
  await journalOf(database.pools.serve).append(entry({ kind: 'incident.opened', body: opened }));
  await append(database, 4);
  await gateway();
  await append(database, 300);
  await gateway();
});
after(async () => {
  await closeApi();
  await environment[Symbol.asyncDispose]();
});

/** An API on a journal, and a client of it. */
async function startApi({ pools }: Database): Promise<{ api: ApiClient; close: () => Promise<void> }> {
  const server = createTestApi(pools.serve);
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  return { api: createApiClient(address, new Secret(tokens.operator)), close: () => server.close() };
}

const silent = { format: 'table', terminal: plainTerminal, write: () => undefined } as const;

const collected = (): { write: (text: string) => void; text: () => string } => {
  let all = '';
  const write = (text: string): void => {
    all += text;
  };
  return { write, text: () => all };
};

describe('checkpoints', () => {
  test('an empty journal has none; each growth is signed once, with the key of the set-up', async () => {
    await using database = await environment.anotherDatabase();
    const { api: freshApi, close } = await startApi(database);
    const fresh = environment.gateway(database).checkpoint;
    assert.equal(await fresh(), undefined);
    await assert.rejects(freshApi.checkpoint(), { code: 'not-found' });
    await append(database, 5);
    assert.equal((await fresh())?.size, 5);
    assert.equal(await fresh(), undefined, 'there are no new records');
    await append(database, 300);
    assert.equal((await fresh())?.size, 305);
    const note = await freshApi.checkpoint();
    assert.match(note, /^airlock\.dev\/journal\n305\n/);
    const keys = await environment.depsOf(database).signer.keys();
    assert.deepEqual(keys, [environment.key]);
    assert.deepEqual(await environment.depsOf(database).kept.read(), [note]);
    await close();
  });

  test('a gateway that starts again, with or without its kept checkpoint, continues', async () => {
    const size = await sizeOf(environment.database);
    await append(environment.database, 1);
    assert.equal((await environment.gateway().checkpoint())?.size, size + 1);
    await append(environment.database, 1);
    await dropKeptCheckpoints(environment.vault);
    assert.equal((await environment.gateway().checkpoint())?.size, size + 2);
    await append(environment.database, 1);
    assert.equal((await gateway())?.size, size + 3, 'so does the gateway that ran during all that');
  });

  test('the gateway signs at its interval, and at once after an execution', async () => {
    const signed: number[] = [];
    const checkpoint = async (): Promise<void> => {
      const made = await gateway();
      if (made) signed.push(made.size);
    };
    const until = (size: number): Promise<boolean> =>
      waitFor({ what: `a checkpoint of ${String(size)} records`, every: 20, within: 15_000 }, () =>
        signed.includes(size),
      );
    const size = await sizeOf(environment.database);
    {
      await using _ = startCheckpoints({ checkpoint, log: createLogger('gateway', 'silent'), everyMs: 300 });
      await append(environment.database, 1);
      await until(size + 1);
      await append(environment.database, 1);
      await until(size + 2);
    }
    {
      await using loop = startCheckpoints({ checkpoint, log: createLogger('gateway', 'silent'), everyMs: 3_600_000 });
      await append(environment.database, 1);
      loop.signSoon();
      await until(size + 3);
    }
  });

  test('no other process signs or adds one; no role updates or deletes one', async () => {
    const { pools } = environment.database;
    for (const role of others) {
      await assert.rejects(signAs(environment.vault.sessions[role]), { code: 'vault-denied' });
      const insert = "INSERT INTO checkpoints (size, note) VALUES (999999, 'x')";
      await assert.rejects(pools[role].query(insert), { code: '42501' });
    }
    for (const role of [...others, 'gateway'] as const) {
      for (const sql of ["UPDATE checkpoints SET note = 'x'", 'DELETE FROM checkpoints', 'TRUNCATE checkpoints']) {
        await assert.rejects(pools[role].query(sql), { code: '42501' }, `${role}: ${sql}`);
      }
    }
    await signAs(environment.vault.sessions.gateway);
    const keyPath = 'transit/keys/checkpoint';
    await assert.rejects(environment.vault.sessions.reason.request('GET', keyPath), { code: 'vault-denied' });
    for (const role of ['serve', 'gateway'] as const) {
      await environment.vault.sessions[role].request('GET', keyPath);
      await assert.rejects(environment.vault.sessions[role].request('POST', `${keyPath}/rotate`), {
        code: 'vault-denied',
      });
      await assert.rejects(environment.vault.sessions[role].request('GET', 'transit/export/signing-key/checkpoint'), {
        code: 'vault-denied',
      });
    }
  });
});

describe('proofs', () => {
  test('each record of an incident is proved, and the journal continues an older checkpoint', async () => {
    await gateway();
    const size = await sizeOf(environment.database);
    const { write, text } = collected();
    const since = await olderCheckpoint(environment.database, 5);
    const output = { format: 'table', terminal: plainTerminal, write } as const;
    await proveJournal({ api, keys: [environment.key], output }, incident, since);
    const lines = text().trimEnd().split('\n');
    assert.equal(lines.length, size + 1);
    assert.ok(lines.slice(0, -1).every((line) => line.startsWith('proved ')));
    assert.match(lines[1] ?? '', /2 {2}20.*gateway {2}plan\.created {12}a plan\\u\{a\}with "quotes"/);
    const count = `${String(size)} records`;
    const summary = `the journal airlock.dev/journal contains ${count} of ${incident}; its checkpoint covers ${count} and has root `;
    assert.ok(lines.at(-1)?.startsWith(summary), lines.at(-1));
  });

  test('a server that lies is detected', async () => {
    await gateway();
    const size = await sizeOf(environment.database);
    const lies: [string, Partial<ApiClient>, RegExp][] = [
      [
        'another message',
        {
          inclusion: async (seq, size) => {
            const answer = await api.inclusion(seq, size);
            return { ...answer, entry: answer.entry.replace('a plan', 'no plan') };
          },
        },
        new RegExp(`no valid proof that record 1 is in the signed journal of ${String(size)} records`),
      ],
      [
        'another record',
        { inclusion: (_, size) => api.inclusion(7, size) },
        /no valid proof that record 1 is in the signed journal/,
      ],
      [
        'no proof',
        { inclusion: async (seq, size) => ({ ...(await api.inclusion(seq, size)), proof: [] }) },
        /no valid proof that record 1 is in the signed journal/,
      ],
      ['another key', { checkpoint: async () => forgedCheckpoint(size) }, /the note has no signature of/],
      [
        'an old journal',
        { checkpoint: () => olderCheckpoint(environment.database, 5) },
        new RegExp(`record ${String(size)} is not signed yet: the gateway has signed only 5 records`),
      ],
    ];
    for (const [name, lie, message] of lies) {
      const deps = { api: { ...api, ...lie }, keys: [environment.key], output: silent, patienceMs: 0 };
      await assert.rejects(proveJournal(deps, incident), { message }, name);
    }
  });

  test('a journal that does not continue the older checkpoint is detected', async () => {
    await gateway();
    const size = await sizeOf(environment.database);
    const deps = { api, keys: [environment.key], output: silent };
    // A thief of the key can sign another history.
    const since = await environment.depsOf().signer.sign(checkpointText({ size: 5, root: new Uint8Array(32) }));
    await assert.rejects(proveJournal(deps, incident, since), {
      message: /no valid proof that the journal begins with the 5 records of the older checkpoint/,
    });
    const later = await environment.depsOf().signer.sign(checkpointText({ size: 999, root: new Uint8Array(32) }));
    await assert.rejects(proveJournal(deps, incident, later), {
      message: new RegExp(`older checkpoint covers 999 records, but the latest checkpoint only ${String(size)}`),
    });
  });

  const bad: [string, RegExp][] = [
    ['inclusion?seq=0&size=3', /^query\.seq|^seq/],
    ['inclusion?seq=4&size=3', /^query\.seq: is larger than size/],
    ['inclusion?seq=1&size=99999', /^query\.size: is larger than the number of records in the journal/],
    ['inclusion?seq=1', /^size/],
    ['inclusion?seq=1&size=3&size=4', /^size/],
    ['inclusion?seq=1&size=1e1', /^size/],
    ['consistency?first=3&second=2', /^query\.first/],
    ['consistency?first=3&second=99999', /^query\.second/],
    ['entries/0?size=99999', /^query\.size/],
    ['entries/2?size=3', /^params\.bundle/],
    ['entries/x?size=3', /^bundle/],
    ['entries/0?size=3&more=1', /^query: unknown parameter/],
  ];
  for (const [path, message] of bad) {
    test(`400: /v1/journal/${path}`, async () => {
      const [, bundle] = /entries\/(.*)\?/.exec(path) ?? [];
      const server = createTestApi(environment.database.pools.serve);
      const headers = { authorization: `Bearer ${tokens.operator}` };
      const response = await server.inject({ url: `/v1/journal/${path}`, headers });
      await server.close();
      assert.equal(response.statusCode, 400, bundle);
      assert.match(response.json<{ message: string }>().message, message);
    });
  }
});

const scene = () => ({ environment, api, gateway });
exported(scene);
rewritten(scene);

function forgedCheckpoint(size: number): string {
  return newJournalKey().sign(checkpointText({ size, root: new Uint8Array(32) }));
}
