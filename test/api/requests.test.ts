import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createJournal, createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { createPlaces } from '../../src/adapters/postgres/routing/routing-states.ts';
import { request as ask } from '../../src/cli/request.ts';
import { createApiClient } from '../../src/cli/api-client.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { refused } from '../../src/lib/error.ts';
import { proofOfEdit } from '../../src/domain/approval/edit.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { executionId } from '../../src/domain/names.ts';
import type { RequestOn } from '../../src/domain/ports.ts';
import { incidentOfRequest, proofOfRequest, type Request } from '../../src/domain/approval/request.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import { createProofVerifier } from '../../src/adapters/oidc/proof-verifier.ts';
import { close } from '../../src/governance/close.ts';
import { open } from '../../src/governance/open.ts';
import { Secret } from '../../src/platform/secret.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { startIssuer, type TestIssuer } from '../execution/issuer.ts';
import { apiOn, tokens } from './sender.ts';

const parameters = { namespace: 'shop', deployment: 'web', to: 6 };
const wanted = { kind: 'playbook', playbook: 'add-capacity', parameters } as const;
const asked: Request = { cluster: 'east', wanted, reason: 'the sale begins' };
const ended = { outcome: 'repaired' as const, reason: 'r', opening: undefined, flaps: 0, taken: [], workflow: 'wf' };
const edit = { dossier: digestOf('dossier'), parameters: { to: 6 }, reason: 'six will do' };

let database: Database;
let issuer: TestIssuer;
let api: ReturnType<typeof apiOn>;
const opened: RequestOn[] = [];
let editAnswer = (): Promise<object> => Promise.reject(refused('no-open-dossier', 'none is open'));
const journal = () => ({ ...createJournal(database.pools.serve), ...createJournalReader(database.pools.serve) });
const deps = () => ({
  journal: journal(),
  places: createPlaces(database.pools.serve, { windowSeconds: 1800, flapLimit: 3 }),
});

before(async () => {
  [database, issuer] = await Promise.all([startDatabase(), startIssuer(() => new Date())]);
  const workflows = {
    open: async (on: RequestOn) => void opened.push(on),
    edit: () => editAnswer() as Promise<never>,
  };
  api = apiOn(database.pools.serve, workflows, createProofVerifier(issuer).verify);
  await opens(incident);
});
after(async () => {
  await api.close();
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function opens(of: Incident): Promise<unknown> {
  const labels = { alertname: 'TooFew' };
  const firing = { cluster: 'east', fingerprint: 'f1', status: 'firing', startsAt: of.startsAt, labels } as const;
  return open(deps(), { incident: of, alerts: [{ ...firing, annotations: {} }], workflow: 'wf' });
}

function post(url: string, body: unknown) {
  const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' };
  return api.inject({ method: 'POST', url, headers, payload: typeof body === 'string' ? body : JSON.stringify(body) });
}

async function proven(request: Request = asked) {
  return { ...request, proof: await issuer.prove(proofOfRequest(request), 'lea') };
}

async function rows(): Promise<number | undefined> {
  const { rows: counted } = await database.pools.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM journal');
  return counted[0]?.n;
}

describe('POST /v1/requests', () => {
  it('OK: 202 with the incident that the proof determines; sent again, the same; once it is open, nobody is asked', async () => {
    const request = await proven();
    const { id, startsAt } = incidentOfRequest(request, unverifiedClaims(request.proof) ?? { iat: 0 });
    for (const _ of [1, 2]) {
      const { statusCode, body } = await post('/v1/requests', request);
      assert.deepEqual([statusCode, JSON.parse(body)], [202, { incident: id }]);
    }
    const first = opened.at(-1)?.incident;
    assert.deepEqual([first?.id, first?.startsAt, first?.cluster], [id, startsAt, 'east']);
    const count = opened.length;
    await opens({ id, cluster: 'east', trace: 't', startsAt });
    assert.equal((await post('/v1/requests', request)).statusCode, 202);
    assert.equal(opened.length, count);
  });

  const shapes: [string, object | string, string][] = [
    ['malformed JSON', '{', 'body'],
    ['nothing', '', 'body'],
    ['a list', '[]', 'body'],
    ['a member called __proto__', '{"__proto__":{}}', 'body'],
    ['a member that is not known', { approved: true }, 'body'],
    ['a cluster that is no name', { cluster: '\u001b[2J' }, 'cluster'],
    ['a cluster that is not known', { cluster: 'north' }, 'cluster'],
    ['a playbook that is not known', { wanted: { ...wanted, playbook: 'rm-rf' } }, 'wanted.playbook'],
    ['a wish of another kind', { wanted: { kind: 'shell' } }, 'wanted.kind'],
    ['an undo of what is no incident', { wanted: { kind: 'undo', incident: '../x' } }, 'wanted.incident'],
    [
      'a parameter that is not known',
      { wanted: { ...wanted, parameters: { ...parameters, image: 'x' } } },
      'wanted.parameters',
    ],
    ['a number as text', { wanted: { ...wanted, parameters: { ...parameters, to: '6' } } }, 'wanted.parameters.to'],
    ['a number out of range', { wanted: { ...wanted, parameters: { ...parameters, to: 0 } } }, 'wanted.parameters.to'],
    ['half a pod', { wanted: { ...wanted, parameters: { ...parameters, to: 6.5 } } }, 'wanted.parameters.to'],
    [
      'a text with an escape',
      { wanted: { ...wanted, parameters: { ...parameters, deployment: 'a\u001b' } } },
      'wanted.parameters.deployment',
    ],
    ['no namespace', { wanted: { ...wanted, parameters: { deployment: 'web' } } }, 'wanted.parameters.namespace'],
    ['a reason that is too long', { reason: 'x'.repeat(501) }, 'reason'],
    ['a proof in another spelling', { proof: 'aaaa.bbbb.ccccAB' }, 'proof'],
    ['a proof that is none', { proof: 'trust me' }, 'proof'],
  ];
  for (const [name, change, field] of shapes) {
    it(`400: ${name}, naming ${field}, leaving nothing`, async () => {
      const before = [opened.length, await rows()];
      const body = typeof change === 'string' ? change : { ...(await proven()), ...change };
      const response = await post('/v1/requests', body);
      assert.equal(response.statusCode, 400, response.body);
      assert.equal(response.json<{ details: { field?: string } }>().details.field, field);
      assert.doesNotMatch(response.body, /north|rm-rf|trust me|\\u00/);
      assert.deepEqual([opened.length, await rows()], before);
    });
  }

  it('422: a proof that nobody signed in for; a body over 64 KiB is 413', async () => {
    const count = opened.length;
    const response = await post('/v1/requests', { ...asked, proof: 'aaaa.bbbb.cccc' });
    assert.deepEqual([response.statusCode, response.json<{ code: string }>().code], [422, 'request-refused']);
    assert.equal((await post('/v1/requests', { ...asked, reason: 'x'.repeat(70_000) })).statusCode, 413);
    assert.equal(opened.length, count);
  });
});

describe('an undo that is asked for', () => {
  const undo = (id: string): Promise<Request & { proof: string }> =>
    proven({ ...asked, wanted: { kind: 'undo', incident: id } });

  /** An incident whose journal says so much. */
  async function past(id: string, { executed = true, undone = false, closed = true } = {}): Promise<string> {
    const of = { ...incident, id };
    await opens(of);
    const plan = scalePlan([deployment('web', 2)], { web: 3 });
    const made = { ...dossierOf(plan, await signed(observer().sign, safeReport(plan)), new Date()), incident: id };
    const digest = await createBlobs(database.pools.serve).put(made);
    const on = { incident: id, trace: 't', fact: 'f' };
    await journal().append({ ...on, kind: 'dossier.offered', body: { digest, expiresAt: made.expiresAt } });
    const finished = (direction: 'do' | 'undo') => ({
      ...{ ...on, kind: 'execution.finished' as const },
      body: { execution: executionId(digest, direction), outcome: 'executed' },
    });
    // Another role's word for an execution is none.
    await createJournal(database.pools.observe).append(finished('do'));
    if (executed) await createJournal(database.pools.gateway).append(finished('do'));
    if (undone) await createJournal(database.pools.gateway).append(finished('undo'));
    if (closed) await close(deps(), { ...ended, incident: of });
    return id;
  }

  it('OK: of a finished execution', async () => {
    const id = await past('inc-00000000000000a1');
    assert.equal((await post('/v1/requests', await undo(id))).statusCode, 202);
    assert.deepEqual(opened.at(-1)?.request.wanted, { kind: 'undo', incident: id });
  });

  it('422, each with its reason: unknown, never executed, still open, of another cluster, taken back already', async () => {
    const later = { ...incident, id: 'inc-00000000000000b0' };
    const again = await past('inc-00000000000000a6');
    const cause = { kind: 'person', name: `undo of ${again}`, reason: 'why not' } as const;
    await open(deps(), { incident: later, alerts: [], asked: cause, workflow: 'wf' });
    await close(deps(), { ...ended, incident: later });
    const attempts: [string, RegExp][] = [
      ['inc-00000000000000a0', /there is no incident/],
      [await past('inc-00000000000000a2', { executed: false }), /nothing of inc-00000000000000a2 was executed/],
      [await past('inc-00000000000000a3', { closed: false }), /still open/],
      [await past('inc-00000000000000a4', { undone: true }), /taken back under its own signature/],
      [again, /taken back by inc-00000000000000b0/],
    ];
    for (const [id, why] of attempts) {
      const response = await post('/v1/requests', await undo(id));
      assert.equal(response.statusCode, 422);
      assert.match(response.json<{ message: string }>().message, why);
    }
  });
});

describe('POST /v1/incidents/:id/edits', () => {
  const url = `/v1/incidents/${incident.id}/edits`;
  const sent = async () => ({ ...edit, proof: await issuer.prove(proofOfEdit(edit), 'lea') });

  it('OK: 200 with what the gateway admitted; 422 with why it did not; 409 where nothing is open', async () => {
    const admitted = { ...edit, issuer: issuer.issuer, subject: 'lea', admittedAt: '2026-11-21T12:00:00Z' };
    assert.equal((await post(url, await sent())).statusCode, 409);
    editAnswer = async () => ({ admitted });
    assert.deepEqual((await post(url, await sent())).json(), { admitted });
    editAnswer = async () => ({ refused: 'lea is in no group that decides on it' });
    const response = await post(url, await sent());
    assert.deepEqual([response.statusCode, response.json<{ code: string }>().code], [422, 'edit-refused']);
    assert.equal((await post(url.replace('inc-', 'inc-f'), await sent())).statusCode, 404);
    assert.equal((await post(url, { ...edit, proof: 'aaaa.bbbb.cccc' })).statusCode, 422);
  });

  const shapes: [string, object | string, string][] = [
    ['malformed JSON', '{', 'body'],
    ['no parameter at all', { parameters: {} }, 'parameters'],
    ['a parameter that is an object', { parameters: { to: {} } }, 'parameters.to'],
    ['a digest that is none', { dossier: 'latest' }, 'dossier'],
    ['an escape in the reason', { reason: 'yes\u001b[2J' }, 'reason'],
    ['a proof that is missing', { proof: undefined }, 'proof'],
  ];
  for (const [name, change, field] of shapes) {
    it(`400: ${name}`, async () => {
      const response = await post(url, typeof change === 'string' ? change : { ...(await sent()), ...change });
      assert.equal(response.statusCode, 400);
      assert.equal(response.json<{ details: { field?: string } }>().details.field, field);
    });
  }
});

describe('airlock request', () => {
  it('OK: checks against what the server says can be asked for, signs in, and prints the incident', async () => {
    const [out, err]: [string[], string[]] = [[], []];
    const client = createApiClient(await api.listen({ host: '127.0.0.1', port: 0 }), new Secret(tokens.operator));
    const of = (nonce: string) => issuer.prove({ clientId: 'airlock-request', nonce, about: '' }, 'lea');
    const signIn = async ({ nonce }: { nonce: string }) => new Secret(await of(nonce));
    const deps = {
      ...{ api: client, issuer: issuer.issuer, out: (line: string) => void out.push(line) },
      ...{ err: (line: string) => void err.push(line), signIn },
    };
    const typed = { playbook: 'add-capacity', cluster: 'east', reason: 'the sale begins' };
    await ask(deps, { ...typed, param: { namespace: 'shop', deployment: 'web', to: '6' } });
    assert.deepEqual(opened.at(-1)?.request.wanted, wanted);
    assert.deepEqual(out, [opened.at(-1)?.incident.id]);
    assert.match(err.join('\n'), /incidents show inc-\w+`\. You asked for it, so somebody else has to approve it/);
    const nobody = { ...deps, signIn: async () => assert.fail('asked to sign in') };
    for (const param of [{ to: '0' }, { to: '6.5' }, { deployment: 'We-b' }, { pods: '6' }]) {
      const sent = { ...typed, param: { namespace: 'shop', deployment: 'web', ...param } };
      await assert.rejects(ask(nobody, sent), { code: 'bad-input' });
    }
    await assert.rejects(ask(nobody, { ...typed, param: {} }), { code: 'bad-input', message: /^--param/ });
  });
});
