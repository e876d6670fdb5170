import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createJournal } from '../../src/adapters/postgres/journal/journal.ts';
import { createApiClient, type ApiClient } from '../../src/cli/api-client.ts';
import { proveJournal } from '../../src/cli/prove-journal.ts';
import { checkpointText } from '../../src/tlog/checkpoint.ts';
import { startCheckpoints } from '../../src/execution/checkpoints/checkpoint-loop.ts';
import { Secret } from '../../src/platform/secret.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { apiOn, tokens } from '../api/sender.ts';
import { bootBed, signAs, type Bed } from './environment.ts';
import { exported } from './exported.ts';
import { newJournalKey } from './key.ts';
import { rewritten } from './rewritten.ts';
import { append, entry, incident, olderCheckpoint } from './scene.ts';

const others = ['serve', 'reason', 'observe'] as const;
let bed: Bed;
let api: ApiClient;
let closeApi: () => Promise<void>;
let gateway: ReturnType<Bed['gateway']>;

before(async () => {
  bed = await bootBed();
  const server = apiOn(bed.database.pools.serve);
  closeApi = () => server.close();
  api = createApiClient(await server.listen({ host: '127.0.0.1', port: 0 }), new Secret(tokens.operator));
  gateway = bed.gateway('memory');
});
after(async () => {
  await closeApi();
  await bed[Symbol.asyncDispose]();
});

const collected = (): { write: (text: string) => void; text: () => string } => {
  let all = '';
  return { write: (text) => void (all += text), text: () => all };
};

describe('checkpoints', () => {
  test('OK: an empty journal has none; then each growth is signed once, by the key of the set-up', async () => {
    assert.equal(await gateway(), undefined);
    await assert.rejects(api.checkpoint(), { code: 'not-found' });
    const opened = { name: 'x', cluster: 'east', startsAt: '2026-11-21T12:00:00Z', workflow: 'w' };
    await createJournal(bed.database.pools.serve).append(entry({ kind: 'incident.opened', body: opened }));
    await append(bed, 4);
    assert.equal((await gateway())?.size, 5);
    assert.equal(await gateway(), undefined, 'nothing is new');
    await append(bed, 300);
    assert.equal((await gateway())?.size, 305);
    const note = await api.checkpoint();
    assert.match(note, /^airlock\.dev\/journal\n305\n/);
    const keys = await bed.depsOf('memory').signer.keys();
    assert.deepEqual(keys, [bed.key]);
    assert.equal(await readFile(join(bed.path, 'memory'), 'utf8'), note);
  });

  test('OK: a gateway that starts anew, with or without its memory, goes on where it was', async () => {
    await append(bed, 1);
    assert.equal((await bed.gateway('memory')())?.size, 306);
    await append(bed, 1);
    assert.equal((await bed.gateway('no-memory')())?.size, 307);
    await append(bed, 1);
    assert.equal((await gateway())?.size, 308, 'the one that ran all the time too');
  });

  test('OK: the gateway signs at its interval, and at once when an execution has ended', async () => {
    const signed: number[] = [];
    const checkpoint = async (): Promise<void> => {
      const made = await gateway();
      if (made) signed.push(made.size);
    };
    const until = async (size: number): Promise<void> => {
      for (const end = Date.now() + 15_000; !signed.includes(size);) {
        assert.ok(Date.now() < end, `${String(size)} in ${signed.join()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    {
      await using _ = startCheckpoints({ checkpoint, log: createLogger('gateway', 'silent'), everyMs: 300 });
      await append(bed, 1);
      await until(309);
      await append(bed, 1);
      await until(310);
    }
    {
      await using loop = startCheckpoints({ checkpoint, log: createLogger('gateway', 'silent'), everyMs: 3_600_000 });
      await append(bed, 1);
      loop.soon();
      await until(311);
    }
  });

  test('nobody else signs or adds one; nobody at all changes or deletes one', async () => {
    const { pools } = bed.database;
    for (const role of others) {
      await assert.rejects(signAs(bed.vault[role]), { code: 'vault-denied' });
      const insert = "INSERT INTO checkpoints (size, note) VALUES (999999, 'x')";
      await assert.rejects(pools[role].query(insert), { code: '42501' });
    }
    for (const role of [...others, 'gateway'] as const) {
      for (const sql of ["UPDATE checkpoints SET note = 'x'", 'DELETE FROM checkpoints', 'TRUNCATE checkpoints']) {
        await assert.rejects(pools[role].query(sql), { code: '42501' }, `${role}: ${sql}`);
      }
    }
    await signAs(bed.vault.gateway);
    const keyPath = 'transit/keys/checkpoint';
    await assert.rejects(bed.vault.reason.request('GET', keyPath), { code: 'vault-denied' });
    for (const role of ['serve', 'gateway'] as const) {
      await bed.vault[role].request('GET', keyPath);
      await assert.rejects(bed.vault[role].request('POST', `${keyPath}/rotate`), { code: 'vault-denied' });
      await assert.rejects(bed.vault[role].request('GET', 'transit/export/signing-key/checkpoint'), {
        code: 'vault-denied',
      });
    }
  });
});

describe('proofs', () => {
  test('OK: each record of an incident is proved, and the journal continues what was signed before', async () => {
    await gateway();
    const { write, text } = collected();
    const since = await olderCheckpoint(bed, 5);
    await proveJournal({ api, keys: [bed.key], write }, incident, since);
    const lines = text().trimEnd().split('\n');
    assert.equal(lines.length, 312);
    assert.ok(lines.slice(0, -1).every((line) => line.startsWith('proved ')));
    assert.match(lines[1] ?? '', /2 {2}20.*reason {3}plan\.made {12}a plan\\u\{a\}with "quotes"/);
    assert.match(lines.at(-1) ?? '', /^311 records stand in airlock\.dev\/journal: checkpoint of 311 records, root /);
  });

  test('a server that lies is found out', async () => {
    const lies: [string, Partial<ApiClient>, RegExp][] = [
      [
        'another fact',
        {
          inclusion: async (seq, size) => {
            const answer = await api.inclusion(seq, size);
            return { ...answer, entry: answer.entry.replace('a plan', 'no plan') };
          },
        },
        /record 1 does not stand in the journal of 311 records that was signed/,
      ],
      ['another record', { inclusion: (_, size) => api.inclusion(7, size) }, /record 1 does not stand/],
      [
        'no proof',
        { inclusion: async (seq, size) => ({ ...(await api.inclusion(seq, size)), proof: [] }) },
        /record 1 does not stand/,
      ],
      ['another key', { checkpoint: async () => forgedCheckpoint(311) }, /none of its signatures is of/],
      ['an old journal', { checkpoint: () => olderCheckpoint(bed, 5) }, /record 311 is not signed yet.*of 5 records/],
    ];
    for (const [name, lie, message] of lies) {
      const deps = { api: { ...api, ...lie }, keys: [bed.key], write: () => undefined, patienceMs: 0 };
      await assert.rejects(proveJournal(deps, incident), { message }, name);
    }
  });

  test('a journal that does not continue the older checkpoint is found out', async () => {
    const deps = { api, keys: [bed.key], write: () => undefined };
    // What a thief of the key could have signed once: another history.
    const since = await bed.depsOf('x').signer.sign(checkpointText({ size: 5, root: new Uint8Array(32) }));
    await assert.rejects(proveJournal(deps, incident, since), { message: /first 5 records are not those/ });
    const later = await bed.depsOf('x').signer.sign(checkpointText({ size: 999, root: new Uint8Array(32) }));
    await assert.rejects(proveJournal(deps, incident, later), { message: /ended at record 999 once and ends at/ });
  });

  const bad: [string, RegExp][] = [
    ['inclusion?seq=0&size=3', /^query\.seq|^seq/],
    ['inclusion?seq=4&size=3', /^query\.seq: is larger than size/],
    ['inclusion?seq=1&size=99999', /^query\.size: is more than the journal has/],
    ['inclusion?seq=1', /^size/],
    ['inclusion?seq=1&size=3&size=4', /^size/],
    ['inclusion?seq=1&size=1e1', /^size/],
    ['consistency?first=3&second=2', /^query\.first/],
    ['consistency?first=3&second=99999', /^query\.second/],
    ['entries/0?size=99999', /^query\.size/],
    ['entries/2?size=3', /^params\.bundle/],
    ['entries/x?size=3', /^bundle/],
    ['entries/0?size=3&more=1', /^query: has a parameter/],
  ];
  for (const [path, message] of bad) {
    test(`400: /v1/journal/${path}`, async () => {
      const [, bundle] = /entries\/(.*)\?/.exec(path) ?? [];
      const server = apiOn(bed.database.pools.serve);
      const headers = { authorization: `Bearer ${tokens.operator}` };
      const response = await server.inject({ url: `/v1/journal/${path}`, headers });
      await server.close();
      assert.equal(response.statusCode, 400, bundle);
      assert.match(response.json<{ message: string }>().message, message);
    });
  }
});

const scene = () => ({ bed, api, gateway });
exported(scene);
rewritten(scene);

function forgedCheckpoint(size: number): string {
  return newJournalKey().sign(checkpointText({ size, root: new Uint8Array(32) }));
}
