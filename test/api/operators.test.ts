import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createJournal, createJournalReader } from '../../src/adapters/postgres/journal.ts';
import { createApiClient } from '../../src/cli/api-client.ts';
import { listIncidents, showIncident } from '../../src/cli/incidents.ts';
import { showJournal } from '../../src/cli/journal.ts';
import { canonicalJson } from '../../src/domain/json.ts';
import { digestOf } from '../../src/domain/digest.ts';
import { AirlockError, refused } from '../../src/domain/error.ts';
import type { AdmittedDecision, Decision } from '../../src/domain/decision.ts';
import { close } from '../../src/governance/close.ts';
import { open } from '../../src/governance/open.ts';
import { Secret } from '../../src/secret.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { apiOn, tokens } from './sender.ts';

const proof = 'aaaa.bbbb.cccc';
const asked: Decision = { dossier: digestOf('x'), verb: 'approve', reason: 'looks right', proof };
const admitted: AdmittedDecision = {
  ...{ dossier: asked.dossier, verb: asked.verb, reason: asked.reason, groups: ['lead'] },
  ...{ issuer: 'http://127.0.0.1', subject: 'lea', admittedAt: '2026-11-21T12:00:00Z' },
};

let database: Database;
let api: ReturnType<typeof apiOn>;
let digest: string;
let url: string;
let answer: () => Promise<{ admitted: AdmittedDecision }> = async () => ({ admitted });

before(async () => {
  database = await startDatabase();
  api = apiOn(database.pools.serve, { decide: () => answer() });
  url = await api.listen({ host: '127.0.0.1', port: 0 });
  const { serve, reason } = database.pools;
  const journal = { ...createJournal(serve), ...createJournalReader(serve) };
  // Another role's word for it opens nothing, and keeps nothing from being opened.
  const of = { incident: incident.id, trace: incident.trace };
  const forgery = { name: 'x', cluster: 'x', startsAt: 'x', workflow: 'x' };
  await createJournal(reason).append({ ...of, kind: 'incident.opened', fact: 'forged', body: forgery });
  const labels = { alertname: 'TooFew\u001b[2J' };
  const firing = { cluster: 'east', fingerprint: 'f1', status: 'firing', startsAt: incident.startsAt, labels } as const;
  for (const _ of [1, 2]) {
    await open({ journal }, { incident, alerts: [{ ...firing, annotations: {} }], workflow: 'wf-1' });
  }
  const plan = scalePlan([deployment('web', 2)], { web: 3 });
  const dossier = dossierOf(plan, await signed(observer().sign, safeReport(plan)), new Date());
  digest = await createBlobs(serve).put(dossier);
  const body = { digest, expiresAt: dossier.expiresAt };
  await journal.append({ ...of, kind: 'dossier.offered', fact: 'a dossier', body });
  await createJournal(reason).append({ ...of, kind: 'dossier.offered', fact: 'forged', body: { ...body, digest: '' } });
  await createJournal(reason).append({
    ...of,
    incident: 'inc-ffffffffffffffff',
    kind: 'incident.opened',
    fact: 'x',
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

function decide(body: object | string, id = incident.id, token = tokens.operator) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return api.inject({ method: 'POST', url: `/v1/incidents/${id}/decisions`, headers, payload });
}

describe('what operators see', () => {
  it('OK: incidents stand in the journal, opened once, with their dossier', async () => {
    const [view, ...others] = (await get('/v1/incidents')).json<Record<string, unknown>[]>();
    assert.deepEqual(others, [], 'an incident that governance did not open is none');
    assert.deepEqual(
      [view?.['id'], view?.['cluster'], view?.['name'], view?.['workflow']],
      [incident.id, 'east', 'TooFew\\u{1b}[2J', 'wf-1'],
    );
    assert.equal((view?.['dossier'] as { digest: string }).digest, digest, 'another role cannot offer a dossier');
    const records = (await get(`/v1/incidents/${incident.id}/journal`)).json<{ kind: string }[]>();
    assert.equal(records.filter((record) => record.kind === 'incident.opened').length, 2, 'one is forged');
  });

  it('OK: the bytes of a dossier are those that were stored', async () => {
    const bytes = (await get(`/v1/incidents/${incident.id}/dossiers/${digest}`)).body;
    assert.equal(bytes, canonicalJson(JSON.parse(bytes)));
    assert.equal(digestOf(JSON.parse(bytes)), digest);
  });

  it('OK: the command line shows them, with nothing that acts on a terminal', async () => {
    const client = createApiClient(url, new Secret(tokens.operator));
    const lines: string[] = [];
    const write = (text: string): void => void lines.push(text);
    await listIncidents(client, write);
    await showIncident(client, incident.id, write);
    await showJournal(client, incident.id, write);
    const screen = lines.join('');
    assert.match(screen, new RegExp(`WHAT YOU SIGN\n {2}${digest}`));
    assert.doesNotMatch(screen, /[^\x20-\x7e\n]/);
  });

  it('not found: an incident, a dossier, a blob that is no dossier of it, an address', async () => {
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

  it('refused on every route: no token, an alert source, a decision’s proof', async () => {
    const base = `/v1/incidents/${incident.id}`;
    const paths = ['/v1/status', '/v1/incidents', base, `${base}/journal`, `${base}/dossiers/${digest}`];
    for (const token of ['', tokens.east, proof]) {
      for (const path of paths) assert.equal((await get(path, token)).statusCode, 401, path);
      assert.equal((await decide(asked, incident.id, token)).statusCode, 401);
    }
  });
});

describe('POST /v1/incidents/:id/decisions', () => {
  it('OK: 200 with what the gateway admitted', async () => {
    answer = async () => ({ admitted });
    const { statusCode, body } = await decide(asked);
    assert.equal(statusCode, 200);
    assert.deepEqual(JSON.parse(body), { admitted });
  });

  const shapes: [string, object | string, string][] = [
    ['malformed JSON', '{', 'body'],
    ['a verb that does not exist', { ...asked, verb: 'maybe' }, 'verb'],
    ['a reason that is too short', { ...asked, reason: 'no' }, 'reason'],
    ['an escape in the reason', { ...asked, reason: 'yes\u001b[2J' }, 'reason'],
    ['a digest that is none', { ...asked, dossier: 'latest' }, 'dossier'],
    ['a proof that is none', { ...asked, proof: 'trust me' }, 'proof'],
    ['a member that is not known', { ...asked, ['\u001b']: 1 }, 'body'],
    ['a body over 64 KiB', { ...asked, padding: 'x'.repeat(70_000) }, ''],
  ];
  for (const [name, body, field] of shapes) {
    it(`refused: ${name}`, async () => {
      const response = await decide(body);
      assert.equal(response.statusCode, field ? 400 : 413);
      assert.equal(response.json<{ details: { field?: string } }>().details.field ?? '', field);
      assert.doesNotMatch(response.body, /maybe|latest|trust me|\\u00/);
    });
  }

  const errors: [string, Error, number][] = [
    ['no dossier is open', refused('no-open-dossier', 'no dossier is open'), 409],
    ['the workflow refuses it', refused('decision-refused', 'for another dossier'), 422],
    [
      'the workflow gives no answer',
      new AirlockError({ code: 'workflow-unavailable', message: 'x', next: 'retry' }),
      503,
    ],
    ['a defect', new TypeError('secret detail'), 500],
  ];
  for (const [name, error, status] of errors) {
    it(`${status}: ${name}`, async () => {
      answer = () => Promise.reject(error);
      const response = await decide(asked);
      assert.equal(response.statusCode, status);
      assert.doesNotMatch(response.body, /secret detail/);
    });
  }

  it('409: the incident is closed', async () => {
    const journal = createJournal(database.pools.serve);
    await close({ journal }, { incident, outcome: 'human', reason: 'nothing fits' });
    assert.equal((await decide(asked)).statusCode, 409);
    assert.equal((await decide(asked, 'inc-0000000000000000')).statusCode, 404);
  });
});
