import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createTokenVerifier } from '../../src/adapters/oidc/token-verifier.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { createApiClient, type ApiClient } from '../../src/cli/api/api-client.ts';
import { request as requestPlaybook } from '../../src/cli/approval/request.ts';
import { listIncidents } from '../../src/cli/incidents/list-incidents.ts';
import { showIncident } from '../../src/cli/incidents/show-incident.ts';
import { watchIncidents } from '../../src/cli/incidents/watch-incidents.ts';
import { showJournal } from '../../src/cli/journal/show-journal.ts';
import { plainTerminal } from '../../src/cli/render/terminal.ts';
import type { IncidentRequest } from '../../src/domain/approval/request.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import type { ProcessName } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { open } from '../../src/governance/open.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { incident } from '../execution/fixture.ts';
import { startIssuer, type TestIssuer } from '../execution/admission/issuer.ts';
import { createTestApi, tokens } from './api-under-test.ts';
import { seedIncident, type Documents } from './seed-incident.ts';
import { journalOf } from '../journal/journal-of.ts';

const ids = ['inc-0000000000000001', 'inc-0000000000000002'] as const;
const parameters = { namespace: 'shop', deployment: 'web', to: 6 };
const requested = { kind: 'playbook', playbook: 'add-capacity', parameters } as const;
let database: Database;
let issuer: TestIssuer;
let documents: Documents;
let api: ReturnType<typeof createTestApi>;
let url: string;
const opened: IncidentRequest[] = [];

before(async () => {
  [database, issuer] = await Promise.all([startDatabase(), startIssuer(() => new Date())]);
  documents = await seedIncident(database);
  await start();
});
after(async () => {
  await api.close();
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function start(port = 0): Promise<void> {
  const workflows = {
    async open(input: IncidentRequest) {
      opened.push(input);
      await answerRequest(input.incident);
    },
  };
  api = createTestApi(database.pools.serve, workflows, createTokenVerifier(issuer).verify);
  url = await api.listen({ host: '127.0.0.1', port });
}

/** How the gateway answers the next requests. Without an answer left, it admits them. */
const refusals: { why: string; code?: string }[] = [];

/** Writes what the workflow and the gateway write about a request. */
async function answerRequest({ id, trace, cluster, startsAt }: Incident): Promise<void> {
  const { serve, gateway } = database.pools;
  const routingStates = createRoutingStates(serve, { windowSeconds: 1800, flapLimit: 3 });
  const cause = { kind: 'person', name: 'add-capacity', reason: 'the sale begins' } as const;
  const incidentOfRequest = { id, trace, cluster, startsAt };
  await open(
    { journal: journalOf(serve), routingStates },
    { incident: incidentOfRequest, alerts: [], requestCause: cause, workflowId: `wf-${id}` },
  );
  const refusal = refusals.shift();
  const kind = refusal ? 'request.refused' : 'request.admitted';
  await journalOf(gateway).append({
    kind,
    incident: id,
    trace,
    message: refusal?.why ?? 'admitted',
    body: { ...refusal },
  });
}

function append(role: ProcessName, id: string): Promise<void> {
  const message = `by ${role}\nid: 9`;
  const entry = { kind: 'evidence.collected', incident: id, trace: 'a'.repeat(32), message, body: {} } as const;
  return journalOf(database.pools[role]).append(entry);
}

describe('airlock incidents and journal', () => {
  it('show an incident without control characters', async () => {
    const client = createApiClient(url, new Secret(tokens.operator));
    const lines: string[] = [];
    const write = (text: string): void => void lines.push(text);
    const output = { format: 'table', terminal: plainTerminal, write } as const;
    await listIncidents(client, output);
    await showIncident(client, incident.id, output);
    await showJournal(client, incident.id, output);
    const screen = lines.join('');
    assert.match(screen, new RegExp(`DOSSIER DIGEST\n {2}${documents.dossiers}`));
    assert.doesNotMatch(screen, /[^\x20-\x7e\n]/);
  });
});

/** Passes events on and reports each. The first one, which has only an id, shows that the API has begun the stream. */
async function* reporting<T>(events: AsyncIterable<T>, report: () => void): AsyncGenerator<T> {
  for await (const event of events) {
    report();
    yield event;
  }
}

describe('airlock incidents watch', () => {
  it('prints a line per record without a gap over a restart of the API', async () => {
    const from = await createJournalReader(database.pools.serve).last();
    const [lines, messages]: [string[], string[]] = [[], []];
    const ending = new AbortController();
    const client = createApiClient(url, new Secret(tokens.operator));
    const connected = Promise.withResolvers<void>();
    const events: ApiClient['events'] = async (selection) =>
      reporting(await client.events(selection), connected.resolve);
    const watching = watchIncidents(
      { events },
      {
        signal: ending.signal,
        output: { format: 'table', terminal: plainTerminal, write: (text) => lines.push(text.trimEnd()) },
        err: (line) => messages.push(line),
      },
    );
    await connected.promise;
    await append('gateway', ids[0]);
    await waitFor({ what: 'the first line', every: 50, within: 20_000 }, () => lines.length >= 1);
    await api.close();
    for (let n = 0; n < 5; n += 1) await append('serve', ids[1]);
    await start(Number(new URL(url).port));
    await waitFor({ what: 'six lines', every: 50, within: 20_000 }, () => lines.length >= 6);
    ending.abort();
    await watching;
    assert.deepEqual(
      lines.map((line) => Number(line.split(/\s+/)[1])),
      [1, 2, 3, 4, 5, 6].map((n) => from + n),
    );
    assert.match(lines[0] ?? '', /^inc-0000000000000001 .* gateway .*evidence\.collected .*by gateway\\u\{a\}id: 9$/);
    assert.equal(messages.length, 2);
    assert.match(messages[0] ?? '', /^connection lost, trying again: ./);
    assert.equal(messages[1], `connected again: continuing after record ${from + 1}`);
  });

  it('exits with 0 after SIGINT', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'airlock-watch-'));
    await writeFile(join(folder, 'token'), tokens.operator);
    const env = { AIRLOCK_API: url, AIRLOCK_ISSUER: url, AIRLOCK_TOKEN_FILE: join(folder, 'token') };
    const child = spawn(process.execPath, ['src/main.ts', 'incidents', 'watch', '--after', '0'], { env });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    await rm(folder, { recursive: true });
    assert.equal(code, 0);
  });

  it('fails at once without a first answer, or with an unknown token', async () => {
    const silent = { format: 'table', terminal: plainTerminal, write: () => undefined } as const;
    const input = { signal: new AbortController().signal, err: () => undefined, output: silent };
    const nowhere = createApiClient('http://127.0.0.1:1', new Secret(tokens.operator));
    await assert.rejects(watchIncidents(nowhere, { ...input, after: '0' }), { code: 'api-unavailable' });
    const stranger = createApiClient(url, new Secret(tokens.east));
    await assert.rejects(watchIncidents(stranger, input), { code: 'unauthorized' });
  });
});

describe('airlock request', () => {
  it('checks the input against the server’s playbooks, signs in and prints the incident', async () => {
    const [out, err]: [string[], string[]] = [[], []];
    const client = createApiClient(url, new Secret(tokens.operator));
    const of = (nonce: string) => issuer.issueToken({ clientId: 'airlock-request', nonce, boundTo: '' }, 'lea');
    const signIn = async ({ nonce }: { nonce: string }) => new Secret(await of(nonce));
    const deps = {
      api: client,
      issuer: issuer.issuer,
      out: (line: string) => void out.push(line),
      err: (line: string) => void err.push(line),
      signIn,
    };
    const typed = { playbook: 'add-capacity', cluster: 'east', reason: 'the sale begins' };
    await requestPlaybook(deps, { ...typed, param: { namespace: 'shop', deployment: 'web', to: '6' } });
    assert.deepEqual(opened.at(-1)?.request.requested, requested);
    assert.deepEqual(out, [opened.at(-1)?.incident.id]);
    assert.match(err.join('\n'), /incidents show inc-\w+`\. You requested this change, so you cannot approve it/);
    const before = opened.length;
    refusals.push({ why: 'this sign-in was already used', code: 'sign-in-used' });
    await requestPlaybook(deps, { ...typed, param: { namespace: 'shop', deployment: 'web', to: '7' } });
    assert.equal(opened.length, before + 2, 'the command did not sign in again');
    assert.equal(out.at(-1), opened.at(-1)?.incident.id);
    assert.ok(err.some((line) => line.includes('this sign-in was already used')));
    refusals.push({ why: 'lea may make no requests' });
    const refusedRequest = requestPlaybook(deps, {
      ...typed,
      param: { namespace: 'shop', deployment: 'web', to: '8' },
    });
    await assert.rejects(refusedRequest, { code: 'request-refused', message: /lea may make no requests/ });

    const nobody = { ...deps, signIn: async () => assert.fail('asked to sign in') };
    for (const param of [{ to: '0' }, { to: '6.5' }, { deployment: 'We-b' }, { pods: '6' }]) {
      const sent = { ...typed, param: { namespace: 'shop', deployment: 'web', ...param } };
      await assert.rejects(requestPlaybook(nobody, sent), { code: 'bad-input' });
    }
    await assert.rejects(requestPlaybook(nobody, { ...typed, param: {} }), { code: 'bad-input', message: /^--param/ });
  });
});
