import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { refused } from '../../src/lib/error.ts';
import { purposeOfEdit } from '../../src/domain/approval/edit.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { executionId } from '../../src/domain/names.ts';
import type { IncidentRequest } from '../../src/domain/approval/request.ts';
import { incidentOfRequest, purposeOfRequest, type Request } from '../../src/domain/approval/request.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import { createTokenVerifier } from '../../src/adapters/oidc/token-verifier.ts';
import { close } from '../../src/governance/close.ts';
import { open } from '../../src/governance/open.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { startIssuer, type TestIssuer } from '../execution/admission/issuer.ts';
import { createTestApi, tokens } from './api-under-test.ts';
import { journalOf } from '../journal/journal-of.ts';

const parameters = { namespace: 'shop', deployment: 'web', to: 6 };
const requested = { kind: 'playbook', playbook: 'add-capacity', parameters } as const;
const capacityRequest: Request = { cluster: 'east', requested, reason: 'the sale begins' };
const ended = {
  outcome: 'repaired' as const,
  reason: 'r',
  occurrence: undefined,
  flaps: 0,
  accepted: [],
  workflowId: 'wf',
};
const edit = { dossier: digestOf('dossier'), parameters: { to: 6 }, reason: 'six will do' };

let database: Database;
let issuer: TestIssuer;
let api: ReturnType<typeof createTestApi>;
const opened: IncidentRequest[] = [];
let editAnswer = (): Promise<object> => Promise.reject(refused('no-open-dossier', 'none is open'));
const journal = () => journalOf(database.pools.serve);
const deps = () => ({
  journal: journal(),
  routingStates: createRoutingStates(database.pools.serve, { windowSeconds: 1800, flapLimit: 3 }),
});

before(async () => {
  [database, issuer] = await Promise.all([startDatabase(), startIssuer(() => new Date())]);
  const workflows = {
    open: async (on: IncidentRequest) => void opened.push(on),
    edit: () => editAnswer() as Promise<never>,
  };
  api = createTestApi(database.pools.serve, workflows, createTokenVerifier(issuer).verify);
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
  return open(deps(), { incident: of, alerts: [{ ...firing, annotations: {} }], workflowId: 'wf' });
}

function post(url: string, body: unknown) {
  const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' };
  return api.inject({ method: 'POST', url, headers, payload: typeof body === 'string' ? body : JSON.stringify(body) });
}

async function withToken(request: Request = capacityRequest) {
  return { ...request, token: await issuer.issueToken(purposeOfRequest(request), 'lea') };
}

async function rows(): Promise<number | undefined> {
  const { rows: counted } = await database.pools.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM journal');
  return counted[0]?.n;
}

/** The request with one parameter changed. */
const parameter = (change: object) => ({ requested: { ...requested, parameters: { ...parameters, ...change } } });

describe('POST /v1/requests', () => {
  it('answers 202 with the incident that the token determines, also when sent again, and starts no workflow once it is open', async () => {
    const request = await withToken();
    const { id, startsAt } = incidentOfRequest('east', unverifiedClaims(request.token) ?? assert.fail());
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
    ['an unknown member', { approved: true }, 'body'],
    ['a malformed cluster name', { cluster: '\u001b[2J' }, 'cluster'],
    ['an unknown cluster', { cluster: 'north' }, 'cluster'],
    ['an unknown playbook', { requested: { ...requested, playbook: 'rm-rf' } }, 'requested.playbook'],
    ['a request of another kind', { requested: { kind: 'shell' } }, 'requested.kind'],
    ['an undo of a malformed incident id', { requested: { kind: 'undo', incident: '../x' } }, 'requested.incident'],
    ['an unknown parameter', parameter({ image: 'x' }), 'requested.parameters'],
    ['a number as text', parameter({ to: '6' }), 'requested.parameters.to'],
    ['a number out of range', parameter({ to: 0 }), 'requested.parameters.to'],
    ['half a pod', parameter({ to: 6.5 }), 'requested.parameters.to'],
    ['a text with an escape', parameter({ deployment: 'a\u001b' }), 'requested.parameters.deployment'],
    [
      'no namespace',
      { requested: { ...requested, parameters: { deployment: 'web' } } },
      'requested.parameters.namespace',
    ],
    ['a reason that is too long', { reason: 'x'.repeat(501) }, 'reason'],
    ['a token with a non-canonical base64url ending', { token: 'aaaa.bbbb.ccccAB' }, 'token'],
    ['a malformed token', { token: 'trust me' }, 'token'],
  ];
  for (const [name, change, field] of shapes) {
    it(`answers 400 to ${name}, names ${field} and stores nothing`, async () => {
      const before = [opened.length, await rows()];
      const body = typeof change === 'string' ? change : { ...(await withToken()), ...change };
      const response = await post('/v1/requests', body);
      assert.equal(response.statusCode, 400, response.body);
      assert.equal(response.json<{ details: { field?: string } }>().details.field, field);
      assert.doesNotMatch(response.body, /north|rm-rf|trust me|\\u00/);
      assert.deepEqual([opened.length, await rows()], before);
    });
  }

  it('answers 422 to a forged token and to one without groups, and 413 to a body over 64 KiB', async () => {
    const count = opened.length;
    const withoutGroups = await issuer.issueToken(purposeOfRequest(capacityRequest), 'eve');
    for (const [token, why] of [
      ['aaaa.bbbb.cccc', /malformed/],
      [withoutGroups, /eve is in no group/],
    ] as const) {
      const response = await post('/v1/requests', { ...capacityRequest, token });
      const { code, message } = response.json<{ code: string; message: string }>();
      assert.deepEqual([response.statusCode, code], [422, 'request-refused']);
      assert.match(message, why);
    }
    assert.equal((await post('/v1/requests', { ...capacityRequest, reason: 'x'.repeat(70_000) })).statusCode, 413);
    assert.equal(opened.length, count);
  });
});

describe('a request for an undo', () => {
  const undo = (id: string): Promise<Request & { token: string }> =>
    withToken({ ...capacityRequest, requested: { kind: 'undo', incident: id } });

  /** Writes the journal of a past incident. */
  async function past(id: string, { executed = true, undone = false, closed = true } = {}): Promise<string> {
    const of = { ...incident, id };
    await opens(of);
    const plan = scalePlan([deployment('web', 2)], { web: 3 });
    const made = { ...dossierOf(plan, await signed(observer().sign, safeReport(plan)), new Date()), incident: id };
    const digest = await createBlobs(database.pools.serve).put(made);
    const on = { incident: id, trace: 't', message: 'm' };
    await journal().append({ ...on, kind: 'dossier.offered', body: { digest, expiresAt: made.expiresAt } });
    const finished = (direction: 'do' | 'undo') => ({
      ...on,
      kind: 'execution.finished' as const,
      body: { execution: executionId(digest, direction), outcome: 'executed' },
    });
    // A record of another role does not count as an execution.
    await journalOf(database.pools.observe).append(finished('do'));
    if (executed) await journalOf(database.pools.gateway).append(finished('do'));
    if (undone) await journalOf(database.pools.gateway).append(finished('undo'));
    if (closed) await close(deps(), { ...ended, incident: of });
    return id;
  }

  it('is accepted for a finished execution', async () => {
    const id = await past('inc-00000000000000a1');
    assert.equal((await post('/v1/requests', await undo(id))).statusCode, 202);
    assert.deepEqual(opened.at(-1)?.request.requested, { kind: 'undo', incident: id });
  });

  it('is answered with 422 and a reason for an incident that is unknown, never executed, open or already undone', async () => {
    const later = { ...incident, id: 'inc-00000000000000b0' };
    const again = await past('inc-00000000000000a6');
    const cause = { kind: 'person', name: `undo of ${again}`, reason: 'why not' } as const;
    await open(deps(), { incident: later, alerts: [], requestCause: cause, workflowId: 'wf' });
    await close(deps(), { ...ended, incident: later });
    const attempts: [string, RegExp][] = [
      ['inc-00000000000000a0', /incident inc-00000000000000a0 does not exist/],
      [
        await past('inc-00000000000000a2', { executed: false }),
        /no plan of incident inc-00000000000000a2 was executed completely/,
      ],
      [await past('inc-00000000000000a3', { closed: false }), /still open/],
      [
        await past('inc-00000000000000a4', { undone: true }),
        /already undone the plan of incident inc-00000000000000a4/,
      ],
      [again, /was undone by incident inc-00000000000000b0/],
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
  const sent = async () => ({ ...edit, token: await issuer.issueToken(purposeOfEdit(edit), 'lea') });

  it('answers 200 with the admitted edit, 422 with the reason of a refusal, and 409 without an open dossier', async () => {
    const admitted = { ...edit, issuer: issuer.issuer, subject: 'lea', admittedAt: '2026-11-21T12:00:00Z' };
    assert.equal((await post(url, await sent())).statusCode, 409);
    editAnswer = async () => ({ admitted });
    assert.deepEqual((await post(url, await sent())).json(), { admitted });
    editAnswer = async () => ({ refused: 'lea is in no group that may approve this dossier' });
    const response = await post(url, await sent());
    assert.deepEqual([response.statusCode, response.json<{ code: string }>().code], [422, 'edit-refused']);
    assert.equal((await post(url.replace('inc-', 'inc-f'), await sent())).statusCode, 404);
    assert.equal((await post(url, { ...edit, token: 'aaaa.bbbb.cccc' })).statusCode, 422);
  });

  const shapes: [string, object | string, string][] = [
    ['malformed JSON', '{', 'body'],
    ['no parameters', { parameters: {} }, 'parameters'],
    ['a parameter that is an object', { parameters: { to: {} } }, 'parameters.to'],
    ['a malformed digest', { dossier: 'latest' }, 'dossier'],
    ['an escape in the reason', { reason: 'yes\u001b[2J' }, 'reason'],
    ['a missing token', { token: undefined }, 'token'],
  ];
  for (const [name, change, field] of shapes) {
    it(`answers 400 to ${name}`, async () => {
      const response = await post(url, typeof change === 'string' ? change : { ...(await sent()), ...change });
      assert.equal(response.statusCode, 400);
      assert.equal(response.json<{ details: { field?: string } }>().details.field, field);
    });
  }
});
