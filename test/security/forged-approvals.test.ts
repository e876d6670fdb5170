import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, beforeEach, describe, it } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { purposeOfSubmission, recordOfAdmission, type Submission } from '../../src/domain/approval/admission.ts';
import { digestOfToken } from '../../src/domain/approval/decision-token.ts';
import { signInId } from '../../src/domain/approval/sign-in.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { canonicalJson } from '../../src/lib/json/json.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { decideAlone } from '../decide-alone.ts';
import { peopleOf, sampleRequest, type OneStep } from '../execution/admission/people.ts';
import { startEnvironment } from '../execution/environment.ts';
import { assertAttackRecorded, newIncident } from './attack.ts';

// Somebody who can write the database inserts, copies or deletes rows of the gateway's archive.

const env = await startEnvironment();
const people = peopleOf(env);
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

const corrupt = { code: 'archive-corrupt', next: 'stop' };

/**
 * Inserts a submission of a person who never signed in, with a token and a key that the attacker made, and a MAC that
 * the attacker cannot make. The gateway's own login also appends the journal record.
 * @returns the token.
 */
async function insertForged(role: 'superuser' | 'gateway', incident: Incident, submission: Submission) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const { clientId, nonce } = purposeOfSubmission(submission);
  const seconds = Math.floor(env.now().getTime() / 1000);
  const person = { issuer: env.issuer.issuer, subject: 'lea', groups: ['lead'] };
  const claims = { iss: person.issuer, sub: person.subject, aud: clientId, groups: person.groups, nonce };
  const times = { iat: seconds, exp: seconds + 300, auth_time: seconds };
  const token = await new SignJWT({ ...claims, ...times }).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
  const key = canonicalJson({ ...(await exportJWK(publicKey)), alg: 'ES256' });
  const content = canonicalJson(submission.content);
  const id = digestOf([token, content]);
  const admittedAt = env.now().toISOString();
  const signIn = digestOf('a sign-in that never happened');
  const record = recordOfAdmission({ ...submission, ...person, token: digestOfToken(token), signIn, admittedAt });
  const seq = role === 'superuser' ? '1' : 'journal_append($9, $2, $10, $11, $12)';
  const recordValues = [record.kind, incident.trace, record.message, canonicalJson(record.body)];
  const row = [id, incident.id, submission.kind, content, token, key, admittedAt, forgedMac()];
  await env.database.pools[role].query(
    `INSERT INTO admissions (id, incident, kind, content, token, key, admitted_at, mac, record)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ${seq})`,
    role === 'superuser' ? row : [...row, ...recordValues],
  );
  return token;
}

const forgedMac = (): string => `vault:v1:${randomBytes(32).toString('base64')}`;

function approvalOf({ digest }: OneStep) {
  return decideAlone({ dossier: digest, verb: 'approve', reason: 'forged by an attacker' });
}

describe('an approval by a person who never signed in', () => {
  for (const role of ['superuser', 'gateway'] as const) {
    it(`that the database login of ${role} inserts is neither admitted nor executed`, async () => {
      const incident = newIncident();
      const of = await people.offer(incident, 2);
      const decision = approvalOf(of);
      const token = await insertForged(role, incident, { kind: 'decision', content: decision });
      const { id, trace } = incident;
      const input = { incident: id, trace, decision: { ...decision, token } };
      await assert.rejects(admitDecision(env.gateway.deps, input), corrupt);
      await assert.rejects(people.prepare(of), corrupt);
      assert.deepEqual(env.target.writes, []);
      await assertAttackRecorded(env, id, /the MAC of 1 of 1 rows is wrong/);
    });

    it(`that the database login of ${role} inserts after the preflight stops the execution`, async () => {
      const incident = newIncident();
      const of = await people.offer(incident, 2);
      await people.decide(of, 'olga');
      const prepared = await people.prepare(of);
      await insertForged(role, incident, { kind: 'decision', content: approvalOf(of) });
      await assert.rejects(people.execute(of, prepared), corrupt);
      assert.deepEqual(env.target.writes, []);
      await assertAttackRecorded(env, incident.id, /the MAC of 1 of 2 rows is wrong/);
    });
  }
});

describe('a row that was copied', () => {
  /** Copies the only row of an incident, with changes. */
  const copy = (from: Incident, change: Record<string, string>) => {
    const changes: Record<string, string> = { id: randomBytes(8).toString('hex'), ...change };
    const columns = ['id', 'incident', 'kind', 'content', 'token', 'key', 'admitted_at', 'mac', 'record'];
    const values = columns.map((column) => (changes[column] === undefined ? column : `'${changes[column]}'`));
    return env.database.pools.superuser.query(
      `INSERT INTO admissions (${columns.join()}) SELECT ${values.join()} FROM admissions WHERE incident = $1`,
      [from.id],
    );
  };

  it('to another incident is refused', async () => {
    const [one, other] = [newIncident(), newIncident()];
    await people.decide(await people.offer(one, 2), 'olga');
    const of = await people.offer(other, 3);
    await copy(one, { incident: other.id });
    await assert.rejects(people.prepare(of), corrupt);
    await assertAttackRecorded(env, other.id, /the MAC of 1 of 1 rows is wrong/);
  });

  it('to another dossier of the incident is refused', async () => {
    const incident = newIncident();
    const approved = await people.offer(incident, 2);
    const of = await people.offer(incident, 3);
    await people.decide(approved, 'olga');
    await copy(incident, { content: canonicalJson({ ...approvalOf(of), reason: 'so it is better' }) });
    await assert.rejects(people.prepare(of), corrupt);
  });

  it('under another id does not count twice', async () => {
    const incident = newIncident();
    const of = await people.offer(incident, 2);
    await people.decide(of, 'olga');
    await copy(incident, {});
    await assert.rejects(people.prepare(of), corrupt);
    await assertAttackRecorded(env, incident.id, /record \d+ of the journal is not the record of this row/);
  });

  it('over the place of a row of another incident blocks the admission', async () => {
    const [one, other] = [newIncident(), newIncident()];
    const of = await people.offer(one, 2);
    const decision = await env.issuer.decide(of.digest, 'olga');
    const { token, ...content } = decision;
    const signIn = signInId(unverifiedClaims(token) ?? assert.fail());
    const id = digestOf([signIn, 'decision', canonicalJson(content)]);
    await people.decide(await people.offer(other, 3), 'olga');
    await copy(other, { id });
    const input = { incident: one.id, trace: one.trace, decision };
    await assert.rejects(admitDecision(env.gateway.deps, input), corrupt);
    await assertAttackRecorded(env, one.id, /another incident has a row with the sign-in and content of an admission/);
  });
});

describe('who requested and who edited', () => {
  it('cannot be forged: a forged request or edit of another person stops the incident', async () => {
    for (const kind of ['request', 'edit'] as const) {
      const incident = newIncident();
      const of = await people.offer(incident, 2);
      const edit = { dossier: of.digest, parameters: { to: 7 }, reason: 'forged by an attacker' };
      const submission = kind === 'request' ? { kind, content: sampleRequest } : { kind, content: edit };
      await insertForged('gateway', incident, submission);
      await assert.rejects(people.decide(of, 'lea'), corrupt);
      await assert.rejects(people.prepare(of), corrupt);
      await assertAttackRecorded(env, incident.id, /the MAC of 1 of 1 rows is wrong/);
    }
  });

  const deleteRows = (incident: Incident) =>
    env.database.pools.superuser.query('DELETE FROM admissions WHERE incident = $1', [incident.id]);

  it('cannot be hidden: the requester does not approve after the row of the request was deleted', async () => {
    const on = await people.request('lea');
    await people.submit(on);
    const of = await people.offer(on.incident, 2);
    await deleteRows(on.incident);
    await assert.rejects(people.decide(of, 'lea'), corrupt);
    await assert.rejects(people.prepare(of), corrupt);
    await assertAttackRecorded(env, on.incident.id, /record \d+ of the journal \(request\.admitted: .*\) has no row/);
  });

  it('cannot be hidden: an edited dossier stays invalid after the row of the edit was deleted', async () => {
    const incident = newIncident();
    const of = await people.offer(incident, 4);
    await people.decide(of, 'olga');
    const prepared = await people.prepare(of);
    await people.edit(of, 'lea', { to: env.before + 2 });
    await env.database.pools.superuser.query("DELETE FROM admissions WHERE incident = $1 AND kind = 'edit'", [
      incident.id,
    ]);
    await assert.rejects(people.execute(of, prepared), corrupt);
    assert.deepEqual(env.target.writes, []);
    await assertAttackRecorded(env, incident.id, /record \d+ of the journal \(dossier\.invalidated: .*\) has no row/);
  });
});
