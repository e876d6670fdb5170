import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dossierDigest } from '../../src/domain/approval/dossier.ts';
import type { IncidentView } from '../../src/domain/incident/incident-view.ts';
import type { SystemStatus } from '../../src/domain/incident/system-status.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { canonicalJson } from '../../src/lib/json/json.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { assertHarmless, createCli, type Cli, type CommandResult } from './cli.ts';
import { startFakeApi } from './fake-api.ts';

const plan = scalePlan([deployment('web', 2)], { web: 3 });
const dossier = dossierOf(plan, await signed(observer().sign, safeReport(plan)), new Date());
const digest = dossierDigest(dossier);
const { id, cluster, trace, startsAt } = incident;

const view: IncidentView = {
  id,
  trace,
  cluster,
  name: 'TooFew\u001b[2J\u202e',
  cause: 'alert',
  workflow: 'airlock-remediation-0123456789abcdef',
  startsAt,
  openedAt: startsAt,
  latestRecord: 'dossier.offered',
  dossier: { digest, expiresAt: dossier.expiresAt, notified: ['sre', 'lead'] },
  flaps: 2,
};
const record: JournalRecord = {
  seq: 7,
  at: startsAt,
  writer: 'airlock_serve',
  kind: 'dossier.offered',
  incident: id,
  trace,
  message: 'a dossier\nwith \u001b[2J',
  body: { digest },
};
const status: SystemStatus = {
  dependencies: { postgres: 'ok', vault: 'ok' },
  counters: { requests: 1 },
  versions: { airlock: '0.1.0', node: '24' },
  expiringTokens: [],
  queues: { value: [{ plane: 'reasoning', pollers: 1, backlog: 0, insecure: [] }] },
  inbox: { value: { waiting: 0, parked: 0 } },
  leases: { value: { read: [], grants: [] } },
  phases: { value: { default: 'limited', scopes: [] } },
  incidents: { value: { 'dossier.offered': 1 } },
};
const degraded: SystemStatus = {
  ...status,
  dependencies: { postgres: 'ok', vault: 'sealed' },
  queues: { value: [{ plane: 'reasoning', pollers: 0, backlog: 3, insecure: ['vault http://vault.example:8200'] }] },
};

let cli: Cli;
let api: Awaited<ReturnType<typeof startFakeApi>>;
let degradedApi: Awaited<ReturnType<typeof startFakeApi>>;

before(async () => {
  cli = await createCli();
  api = await startFakeApi({
    '/v1/incidents': JSON.stringify([view]),
    [`/v1/incidents/${id}`]: JSON.stringify(view),
    [`/v1/incidents/${id}/journal`]: JSON.stringify([record]),
    [`/v1/incidents/${id}/dossiers/${encodeURIComponent(digest)}`]: canonicalJson(dossier),
    '/v1/status': JSON.stringify(status),
  });
  degradedApi = await startFakeApi({ '/v1/incidents': '[]', '/v1/status': JSON.stringify(degraded) });
});
after(async () => {
  await Promise.all([api[Symbol.asyncDispose](), degradedApi[Symbol.asyncDispose](), cli[Symbol.asyncDispose]()]);
});

async function run(words: string, env: Record<string, string> = {}): Promise<CommandResult> {
  return cli.run(words.split(' '), { AIRLOCK_API: api.url, ...env });
}

describe('-o json', () => {
  const documents: [string, unknown][] = [
    ['incidents -o json', [view]],
    ['incidents ls --output json', [view]],
    [`incidents show ${id} -o json`, { incident: view, dossier, journal: [record] }],
    [`journal show ${id} -o json`, [record]],
    ['status -o json', status],
  ];
  for (const [words, document] of documents) {
    it(`airlock ${words.replace(id, 'ID')}: exactly one document, as the API answers it`, async () => {
      const ended = await run(words);
      assert.deepEqual([ended.code, ended.stderr], [0, '']);
      assert.deepEqual(JSON.parse(ended.stdout), document);
      assertHarmless(ended);
    });
  }

  it('prints an empty list where there are no incidents', async () => {
    assert.equal((await run('incidents -o json', { AIRLOCK_API: degradedApi.url })).stdout, '[]\n');
  });

  it('prints nothing on standard output where the command fails', async () => {
    const ended = await run('incidents show inc-0000000000000000 -o json');
    assert.deepEqual([ended.code, ended.stdout], [1, '']);
    assert.match(ended.stderr, /^airlock: no such path/);
  });

  it('doctor: its findings, and the exit code says whether all are ok', async () => {
    const { code, stdout } = await run('doctor -o json');
    const findings = JSON.parse(stdout) as { name: string; ok: boolean; found: string }[];
    assert.ok(findings.some(({ name, ok }) => name === 'node' && ok));
    assert.equal(code, findings.every(({ ok }) => ok) ? 0 : 1);
  });
});

describe('the table and -o wide', () => {
  it('incidents: one line each; digest and trace only when wide', async () => {
    const [table, wide] = await Promise.all([run('incidents'), run('incidents -o wide')]);
    for (const ended of [table, wide]) {
      assert.equal(ended.code, 0, ended.stderr);
      assertHarmless(ended);
      assert.match(ended.stdout, /^INCIDENT +OPENED +CLUSTER +STATUS +NAME +ASKED TO DECIDE +FIRED AGAIN/);
      assert.match(
        ended.stdout,
        /^inc-0123456789abcdef .* east +dossier\.offered +TooFew\\u\{1b\}\[2J.* sre, then lead +2/m,
      );
      assert.equal(ended.stdout.trimEnd().split('\n').length, 2);
    }
    for (const text of [digest, trace]) {
      assert.deepEqual([table.stdout.includes(text), wide.stdout.includes(text)], [false, true], text);
    }
  });

  it('incidents: says that there are none', async () => {
    assert.equal((await run('incidents', { AIRLOCK_API: degradedApi.url })).stdout, 'no incidents yet\n');
  });

  it('incidents show: status, dossier, commands that decide, journal; trace only when wide', async () => {
    const [table, wide] = await Promise.all([run(`incidents show ${id}`), run(`incidents show ${id} -o wide`)]);
    for (const ended of [table, wide]) {
      assert.equal(ended.code, 0, ended.stderr);
      assertHarmless(ended);
      assert.match(ended.stdout, /^ {2}asked to decide +sre, then lead$/m);
      assert.ok(ended.stdout.includes(`\n  airlock approve ${id} --dossier ${digest} --reason "..."\n`));
      assert.match(ended.stdout, /^ +7 {2}2026-11-21T12:00:00Z {2}serve {3}dossier\.offered {2}a dossier\\u\{a\}with/m);
    }
    assert.deepEqual([table.stdout.includes(trace), wide.stdout.includes(trace)], [false, true]);
  });

  it('journal show: one line per record; trace only when wide', async () => {
    const [table, wide] = await Promise.all([run(`journal show ${id}`), run(`journal show ${id} -o wide`)]);
    assert.match(table.stdout, /^SEQ +TIME +WRITER +RECORD +MESSAGE\n +7 .* serve +dossier\.offered +a dossier/);
    assert.deepEqual([table.stdout.includes(trace), wide.stdout.includes(trace)], [false, true]);
  });

  it('status: exit code 1 where something is degraded, with what it is', async () => {
    assert.equal((await run('status')).code, 0);
    for (const words of ['status', 'status -o json']) {
      const { code, stderr } = await run(words, { AIRLOCK_API: degradedApi.url });
      assert.equal(code, 1);
      assert.match(stderr, /^airlock: degraded: vault: sealed; queue reasoning: no workers\./);
    }
  });

  it('status: the addresses that a process uses without TLS', async () => {
    const { stdout } = await run('status', { AIRLOCK_API: degradedApi.url });
    assert.match(stdout, /^insecure +reasoning: vault http:\/\/vault\.example:8200 +plain http, allowed by/m);
    assert.ok(!(await run('status')).stdout.includes('insecure'));
  });
});

describe('colours', () => {
  const escape = '\u001b[';

  it('are left out where standard output is not a terminal', async () => {
    assert.ok(!(await run('incidents')).stdout.includes(escape));
  });

  it('are printed with FORCE_COLOR, and never in JSON', async () => {
    const [table, json] = await Promise.all([
      run('incidents', { FORCE_COLOR: '1' }),
      run('incidents -o json', { FORCE_COLOR: '1' }),
    ]);
    assert.ok(table.stdout.startsWith(`${escape}1mINCIDENT${escape}22m`), JSON.stringify(table.stdout));
    assert.ok(!table.stdout.includes(`${escape}2J`), 'text from outside acts on the terminal');
    assert.deepEqual(JSON.parse(json.stdout), [view]);
    assertHarmless(json);
  });

  it('are left out with NO_COLOR', async () => {
    assert.ok(!(await run('incidents', { NO_COLOR: '1' })).stdout.includes(escape));
  });
});
