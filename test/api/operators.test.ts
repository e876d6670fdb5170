import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import { canonicalJson } from '../../src/lib/json/json.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { AirlockError, refused } from '../../src/lib/error.ts';
import {
  decisionClientId,
  decisionNonce,
  type AdmittedDecision,
  type DecisionAnswer,
  type Decision,
} from '../../src/domain/approval/decision.ts';
import { open } from '../../src/governance/open.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { startIssuer } from '../execution/admission/issuer.ts';
import { decideAlone } from '../decide-alone.ts';
import { collectRoutes } from './routes.ts';
import { createTestApi, tokens } from './api-under-test.ts';
import { journalOf } from '../journal/journal-of.ts';

const decisionToken = 'aaaa.bbbb.cccc';
const content = { dossier: digestOf('x'), verb: 'approve', reason: 'looks right' } as const;
const decision: Decision = { ...decideAlone(content), token: decisionToken };
const admitted: AdmittedDecision = {
  dossier: decision.dossier,
  verb: decision.verb,
  reason: decision.reason,
  groups: ['lead'],
  issuer: 'http://127.0.0.1',
  subject: 'lea',
  admittedAt: '2026-11-21T12:00:00Z',
};

const refire = { windowSeconds: 1800, flapLimit: 3 };
let database: Database;
let api: ReturnType<typeof createTestApi>;
let digest: string;
const routes = collectRoutes();
let workflowCalls = 0;
let answer: () => Promise<DecisionAnswer> = async () => ({ admitted });

before(async () => {
  database = await startDatabase();
  const answerDecision = (): ReturnType<typeof answer> => {
    workflowCalls += 1;
    return answer();
  };
  api = createTestApi(database.pools.serve, { decide: answerDecision });

  const { serve, reason } = database.pools;
  const journal = journalOf(serve);
  // A record of another role neither opens an incident nor prevents that it is opened.
  const of = { incident: incident.id, trace: incident.trace };
  const forgery = { name: 'x', cluster: 'x', startsAt: 'x', workflow: 'x' };
  await journalOf(reason).append({ ...of, kind: 'incident.opened', message: 'forged', body: forgery });
  const labels = { alertname: 'TooFew\u001b[2J' };
  const firing = { cluster: 'east', fingerprint: 'f1', status: 'firing', startsAt: incident.startsAt, labels } as const;
  for (const _ of [1, 2]) {
    await open(
      { journal, routingStates: createRoutingStates(serve, refire) },
      { incident, alerts: [{ ...firing, annotations: {} }], workflowId: 'wf-1' },
    );
  }
  const plan = scalePlan([deployment('web', 2)], { web: 3 });
  const dossier = dossierOf(plan, await signed(observer().sign, safeReport(plan)), new Date());
  digest = await createBlobs(serve).put(dossier);
  const body = { digest, expiresAt: dossier.expiresAt };
  await journal.append({ ...of, kind: 'dossier.offered', message: 'a dossier', body });
  await journalOf(reason).append({
    ...of,
    kind: 'dossier.offered',
    message: 'forged',
    body: { ...body, digest: '' },
  });
  await journalOf(reason).append({
    ...of,
    incident: 'inc-ffffffffffffffff',
    kind: 'incident.opened',
    message: 'x',
    body: {},
  });
});

after(async () => {
  await api.close();
  await database[Symbol.asyncDispose]();
});

function get(path: string, token = tokens.operator) {
  return api.inject({ url: path, headers: { authorization: `Bearer ${token}` } });
}

/** All that a decision could change: calls to workflows, and rows of the journal. */
async function traces(): Promise<{ workflowCalls: number; rows: number | undefined }> {
  const { rows } = await database.pools.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM journal');
  return { workflowCalls, rows: rows[0]?.n };
}

function decide(body: unknown, id = incident.id, token = tokens.operator) {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return api.inject({ method: 'POST', url: `/v1/incidents/${id}/decisions`, headers, payload });
}

describe('the API for operators', () => {
  it('lists the incidents of the journal, each opened once, with their dossier', async () => {
    const [view, ...others] = (await get('/v1/incidents')).json<Record<string, unknown>[]>();
    assert.deepEqual(others, [], 'only governance can open an incident');
    assert.deepEqual(
      [view?.['id'], view?.['cluster'], view?.['name'], view?.['workflow']],
      [incident.id, 'east', 'TooFew\\u{1b}[2J', 'wf-1'],
    );
    assert.equal((view?.['dossier'] as { digest: string }).digest, digest, 'another role cannot offer a dossier');
    const records = (await get(`/v1/incidents/${incident.id}/journal`)).json<{ kind: string }[]>();
    assert.equal(records.filter((record) => record.kind === 'incident.opened').length, 2, 'one is forged');
  });

  it('serves the exact stored bytes of a dossier', async () => {
    const bytes = (await get(`/v1/incidents/${incident.id}/dossiers/${digest}`)).body;
    assert.equal(bytes, canonicalJson(JSON.parse(bytes)));
    assert.equal(digestOf(JSON.parse(bytes)), digest);
  });

  it('answers 404 for an unknown incident, dossier and address, and for another blob', async () => {
    const evidence = await createBlobs(database.pools.observe).put({ some: 'evidence' });
    const base = `/v1/incidents/${incident.id}`;
    const paths = ['inc-0000000000000000', 'inc-ffffffffffffffff', '..%2f..', 'x\u001b'].map(
      (id) => `/v1/incidents/${id}`,
    );
    for (const path of [...paths, `${base}/dossiers/${digestOf('y')}`, `${base}/dossiers/${evidence}`, '/v2/x']) {
      const { statusCode, body } = await get(encodeURI(path).replaceAll('%25', '%'));
      assert.equal(statusCode, 404, path);
      assert.equal(JSON.parse(body).code, 'not-found');
    }
  });

  it('refuses on every route a missing token, another kind of token and a real decision token', async () => {
    await using issuer = await startIssuer(() => new Date());
    const real = await issuer.decide(decision.dossier, 'lea');
    const claims = JSON.parse(Buffer.from(real.token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(claims.aud, decisionClientId);
    assert.equal(claims.nonce, decisionNonce(real.list), 'it is a real decision token');
    await api.ready();
    const urls = routes.map(({ url: path }) => path);
    for (const known of ['/v1/alerts/alertmanager', '/v1/status', '/v1/incidents/:id/decisions']) {
      assert.ok(urls.includes(known), `${known} is not among the routes that were collected`);
    }
    const before = await traces();
    for (const { method, url: pattern } of routes) {
      const path = pattern.replace(':id', incident.id).replace(':digest', digest);
      const another = pattern.startsWith('/v1/alerts') ? tokens.operator : tokens.east;
      for (const token of ['', another, decisionToken, real.token]) {
        const headers = { authorization: `Bearer ${token}` };
        const payload = method === 'POST' ? { payload: JSON.stringify(real) } : {};
        const { statusCode, body } = await api.inject({ method, url: path, headers, ...payload });
        assert.equal(statusCode, 401, `${method} ${pattern}`);
        assert.ok(!token || !body.includes(token));
      }
    }
    assert.deepEqual(await traces(), before);
  });
});

describe('POST /v1/incidents/:id/decisions', () => {
  it('answers 200 with the admitted decision', async () => {
    answer = async () => ({ admitted });
    const before = workflowCalls;
    const { statusCode, body } = await decide(decision);
    assert.equal(statusCode, 200);
    assert.deepEqual(JSON.parse(body), { admitted });
    assert.equal(workflowCalls, before + 1);
  });

  const notUtf8 = Buffer.from(JSON.stringify(decision).replace('looks', 'look\u0001'));
  notUtf8[notUtf8.indexOf(1)] = 0xff;
  const shapes: [string, unknown, string][] = [
    ['malformed JSON', '{', 'body'],
    ['an unknown verb', { ...decision, verb: 'maybe' }, 'verb'],
    ['a reason that is too short', { ...decision, reason: 'no' }, 'reason'],
    ['an escape in the reason', { ...decision, reason: 'yes\u001b[2J' }, 'reason'],
    ['a malformed digest', { ...decision, dossier: 'latest' }, 'dossier'],
    ['a malformed token', { ...decision, token: 'trust me' }, 'token'],
    ['an unknown member', { ...decision, ['\u001b']: 1 }, 'body'],
    ['a member called __proto__', JSON.stringify(decision).replace('{', '{"__proto__":{"verb":"deny"},'), 'body'],
    ['bytes that are not UTF-8', notUtf8, 'body'],
    ['nothing', '', 'body'],
    ['null', null, 'body'],
    ['a list', [], 'body'],
    ['a reason that is a number', { ...decision, reason: 3 }, 'reason'],
    ['a digest that is an object', { ...decision, dossier: {} }, 'dossier'],
    ['a verb that is a list', { ...decision, verb: ['approve'] }, 'verb'],
    ['a missing token', { ...decision, token: undefined }, 'token'],
    ['a body over 64 KiB', { ...decision, padding: 'x'.repeat(70_000) }, ''],
  ];
  for (const [name, body, field] of shapes) {
    it(`refuses ${name}`, async () => {
      const before = await traces();
      const response = await decide(body);
      assert.equal(response.statusCode, field ? 400 : 413);
      assert.equal(response.json<{ details: { field?: string } }>().details.field ?? '', field);
      assert.doesNotMatch(response.body, /maybe|latest|trust me|\\u00/);
      assert.deepEqual(await traces(), before, 'nothing changed');
    });
  }

  it('answers 422 with the code sign-in-used when the gateway refuses the sign-in', async () => {
    answer = () => Promise.resolve({ refused: 'this sign-in was already used', code: 'sign-in-used' });
    const response = await decide(decision);
    assert.deepEqual([response.statusCode, response.json<{ code: string }>().code], [422, 'sign-in-used']);
  });

  const errors: [string, Error, number][] = [
    ['no dossier is open', refused('no-open-dossier', 'no dossier is open'), 409],
    ['the workflow refuses it', refused('decision-refused', 'for another dossier'), 422],
    ['the workflow gives no answer', new AirlockError({ code: 'workflow-unavailable', message: 'x' }), 503],
    ['the code has a defect', new TypeError('secret detail'), 500],
  ];
  for (const [name, error, status] of errors) {
    it(`answers ${status} when ${name}`, async () => {
      answer = () => Promise.reject(error);
      const response = await decide(decision);
      assert.equal(response.statusCode, status);
      assert.doesNotMatch(response.body, /secret detail/);
    });
  }
});
