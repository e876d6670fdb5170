import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  purposeOfDecision,
  type Decision,
  type ListedDecision,
  type Verb,
} from '../../src/domain/approval/decision.ts';
import { digestOfToken, type TokenPurpose } from '../../src/domain/approval/decision-token.ts';
import { purposeOfEdit } from '../../src/domain/approval/edit.ts';
import { purposeOfRequest } from '../../src/domain/approval/request.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { pause } from '../../src/platform/pause.ts';
import type { GatewayDeps } from '../../src/execution/activities.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { admitEdit } from '../../src/execution/admission/admit-edit.ts';
import { decisionSignal } from '../../workflows/messages.ts';
import { decideAlone } from '../decide-alone.ts';
import { sampleRequest } from '../execution/admission/people.ts';
import { allowed, incident } from '../execution/fixture.ts';
import { openBrowser } from './browser.ts';
import { openedBy, startScene } from './sign-in-scene.ts';

const scene = await startScene();
after(() => scene[Symbol.asyncDispose]());
const { issuer, lea, olga, sam } = scene;

/** A person who signs in for these decisions only. Returns the decisions with their token. */
async function decided(list: ListedDecision[], user = lea, browser = openBrowser(issuer)): Promise<Decision[]> {
  const token = await browser.signIn(purposeOfDecision({ list }), user);
  return list.map((entry) => ({ ...entry, list, token }));
}

function send(decision: Decision, gateway = scene.gateway()) {
  return admitDecision(gateway, { incident: incident.id, trace: 't', decision });
}

const entry = (dossier: Digest, verb: Verb = 'approve') => ({ dossier, verb, reason: 'looks right' });
const codeOf = (answer: object): unknown =>
  'admitted' in answer ? 'was admitted' : (answer as { code?: string }).code;

describe('one sign-in', () => {
  for (const change of [{}, { prompt: 'none' }] as Record<string, string>[]) {
    it(`to deny A does not approve B, authorized in the same browser without a form ${JSON.stringify(change)}`, async () => {
      const [a, b] = [decideAlone(entry(await scene.offer(), 'deny')), decideAlone(entry(await scene.offer()))];
      const browser = openBrowser(issuer);
      const denial = { ...a, token: await browser.signIn(purposeOfDecision(a), lea) };
      const approval = { ...b, token: await browser.authorize(purposeOfDecision(b), change) };
      const age = Date.now() / 1000 - (unverifiedClaims(approval.token)?.auth_time ?? 0);
      assert.ok(age < 30, 'the sign-in is fresh');
      const first = await send(denial);
      assert.ok('admitted' in first);
      assert.equal(codeOf(await send(approval)), 'sign-in-used');
      assert.deepEqual(await send(denial), first, 'the same nonce has the same answer');
      const [refused] = (await scene.recordsOf(incident.id)).filter(({ body }) => body['dossier'] === b.dossier);
      assert.deepEqual([refused?.kind, refused?.body['code']], ['decision.refused', 'sign-in-used']);
    });
  }

  it('for a request does not decide, and one for a decision neither requests nor edits', async () => {
    const browser = openBrowser(issuer);
    const token = await browser.signIn(purposeOfRequest(sampleRequest), sam);
    assert.ok('admitted' in (await scene.request(token)));
    const approval = decideAlone(entry(await scene.offer()));
    const byRequester = { ...approval, token: await browser.authorize(purposeOfDecision(approval)) };
    assert.equal(codeOf(await send(byRequester)), 'sign-in-used');

    const other = openBrowser(issuer);
    const [denial = assert.fail()] = await decided([entry(await scene.offer(), 'deny')], lea, other);
    assert.ok('admitted' in (await send(denial)));
    const requested = await scene.request(await other.authorize(purposeOfRequest(sampleRequest)));
    assert.equal(codeOf(requested), 'sign-in-used');
    const edit = { dossier: await scene.offerOneStep(), parameters: { to: 7 }, reason: 'seven will do' };
    const edited = { ...edit, token: await other.authorize(purposeOfEdit(edit)) };
    assert.equal(
      codeOf(await admitEdit(scene.gateway(), { incident: incident.id, trace: 't', edit: edited })),
      'sign-in-used',
    );
  });

  it('opens one incident for a request, also when the provider issues its token twice', async () => {
    const browser = openBrowser(issuer);
    const token = await browser.signIn(purposeOfRequest(sampleRequest), sam);
    const other = await browser.authorize(purposeOfRequest(sampleRequest), { prompt: 'none' });
    assert.notEqual(token, other);
    assert.deepEqual(openedBy(other), openedBy(token));
    const first = await scene.request(token);
    assert.ok('admitted' in first);
    assert.deepEqual(await scene.request(other), first);
    const kinds = (await scene.recordsOf(openedBy(token).id)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['request.admitted']);
  });

  it('admits at most one nonce when two gateways get two at the same time', async () => {
    const gateways = [scene.gateway(), scene.anotherGateway()] as const;
    for (let round = 0; round < 3; round += 1) {
      const [a, b] = [decideAlone(entry(await scene.offer())), decideAlone(entry(await scene.offer()))];
      const browser = openBrowser(issuer);
      const first = { ...a, token: await browser.signIn(purposeOfDecision(a), lea) };
      const second = { ...b, token: await browser.authorize(purposeOfDecision(b)) };
      const answers = await Promise.all([send(first, gateways[0]), send(second, gateways[1])]);
      assert.deepEqual(answers.map(codeOf).sort(), ['sign-in-used', 'was admitted']);
      const again = await Promise.all([send(first, gateways[1]), send(second, gateways[0])]);
      assert.deepEqual(again, answers, 'the other gateway gives the same answers');
    }
  });

  it('is not used up by a token that is refused for another reason', async () => {
    const browser = openBrowser(issuer);
    const [denial = assert.fail()] = await decided([entry(await scene.offer(), 'deny')], lea, browser);
    assert.match(JSON.stringify(await send({ ...denial, ...decideAlone(entry(denial.dossier)) })), /another list/);
    assert.ok('admitted' in (await send(denial)));
  });

  it('cannot be used again after its row was changed, and the row is then not believed', async () => {
    const browser = openBrowser(issuer);
    const [denial = assert.fail()] = await decided([entry(await scene.offer(), 'deny')], lea, browser);
    const approval = decideAlone(entry(await scene.offer()));
    const stolen = { ...approval, token: await browser.authorize(purposeOfDecision(approval)) };
    assert.ok('admitted' in (await send(denial)));
    const { nonce } = purposeOfDecision(approval);
    await scene.superuser.query('UPDATE sign_ins SET nonce = $1 WHERE nonce = $2', [
      nonce,
      purposeOfDecision(denial).nonce,
    ]);
    await assert.rejects(send(stolen), { code: 'sign-in-corrupt' });
    for (const sql of ['UPDATE sign_ins SET nonce = nonce', 'DELETE FROM sign_ins', 'TRUNCATE sign_ins'])
      await assert.rejects(scene.gatewayPool.query(sql), /permission denied/);
  });
});

describe('one sign-in for a list of dossiers', () => {
  it('admits each decision of the list, and each counts once', async () => {
    const dossiers = [await scene.offer(), await scene.offer(), await scene.offer()];
    const list = dossiers.map((dossier, index) => entry(dossier, index === 1 ? 'deny' : 'approve'));
    const decisions = await decided(list);
    for (const decision of [...decisions, ...decisions]) {
      const answer = await send(decision);
      assert.ok(
        'admitted' in answer && answer.admitted.dossier === decision.dossier && answer.admitted.verb === decision.verb,
      );
    }
    for (const dossier of dossiers) assert.equal((await scene.decisionsOn(incident.id, dossier)).length, 1);
    const prepared = await Promise.all(dossiers.map((dossier) => scene.prepare(dossier)));
    assert.deepEqual(
      prepared.map(({ ready }) => ready),
      [true, false, true],
      'archived lists verify again',
    );
  });

  it('admits no decision on a dossier that is not in it, nor a changed list', async () => {
    const [a, b, c] = [entry(await scene.offer()), entry(await scene.offer()), entry(await scene.offer())];
    const [signed = assert.fail()] = await decided([a, b]);
    const { token } = signed;
    assert.match(JSON.stringify(await send({ ...c, list: [a, b, c], token })), /another list/);
    assert.match(JSON.stringify(await send({ ...c, list: [c], token })), /another list/);
    assert.match(JSON.stringify(await send({ ...a, list: [a], token })), /another list/);
    assert.match(JSON.stringify(await send({ ...a, list: [b, a], token })), /another list/);
    await assert.rejects(scene.callActivity({ ...c, list: [a, b], token }), { message: /list/ });
    assert.ok('admitted' in (await send(signed)));
  });

  it('never decides on a dossier of tier high', async () => {
    const [low, high] = [entry(await scene.offer()), entry(await scene.offer('high'))];
    const [onLow = assert.fail(), onHigh = assert.fail()] = await decided([low, high]);
    assert.match(JSON.stringify(await send(onHigh)), /tier high, and the sign-in is for 2 dossiers: decide on this/);
    assert.ok('admitted' in (await send(onLow)));
    const [alone = assert.fail()] = await decided([high]);
    assert.ok('admitted' in (await send(alone)));
  });

  it('does not count when policy calls the tier high later', async () => {
    const [a, b] = [entry(await scene.offer()), entry(await scene.offer())];
    for (const person of [lea, olga])
      for (const decision of await decided([a, b], person)) assert.ok('admitted' in (await send(decision)));
    assert.ok((await scene.prepare(b.dossier)).ready);
    scene.setVerdict({ ...allowed(2, ['lead', 'owner'], true), tier: 'high' });
    const listed = await scene.prepare(a.dossier);
    const why = listed.ready ? '' : listed.reasons.join('; ');
    assert.match(why, /by lea does not count for tier high: the sign-in was for 2 dossiers; .* by olga does not count/);
    for (const person of [lea, olga])
      for (const decision of await decided([a], person)) assert.ok('admitted' in (await send(decision)));
    assert.ok((await scene.prepare(a.dossier)).ready);
  });
});

describe('one sign-in through the workflow', () => {
  it('has one answer by Update and by Signal, and another nonce is refused on both', async () => {
    const open = await scene.openWorkflow();
    const browser = openBrowser(issuer);
    const a = decideAlone(entry(open.dossier));
    const approval = { ...a, token: await browser.signIn(purposeOfDecision(a), lea) };
    const b = decideAlone({ ...entry(open.dossier), reason: 'somebody else wrote this' });
    const stolen = { ...b, token: await browser.authorize(purposeOfDecision(b)) };
    const first = await open.decide(approval);
    assert.ok('admitted' in first);
    await open.handle.signal(decisionSignal, approval);
    await open.handle.signal(decisionSignal, stolen);
    assert.equal(codeOf(await open.decide(stolen)), 'sign-in-used');
    assert.deepEqual(await open.decide(approval), first);
    assert.equal((await scene.decisionsOn(open.incident, open.dossier)).length, 1);
    const kinds = (await scene.recordsOf(open.incident)).map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'decision.admitted').length, 1);
    assert.ok(kinds.includes('decision.refused'));
    await open.handle.terminate();
  });
});

describe('one sign-in for which the provider issues several tokens', () => {
  async function twoTokens(purpose: TokenPurpose): Promise<[string, string]> {
    const browser = openBrowser(issuer);
    const first = await browser.signIn(purpose, lea);
    await pause(1_100); // so the tokens differ in `iat`, not in their signature alone
    const second = await browser.authorize(purpose, { prompt: 'none' });
    assert.notEqual(digestOfToken(first), digestOfToken(second));
    return [first, second];
  }

  it('has one answer for a decision, which counts once, also when two gateways get them at the same time', async () => {
    for (const atOnce of [false, true]) {
      const approval = decideAlone(entry(await scene.offer()));
      const [first, second] = await twoTokens(purposeOfDecision(approval));
      const answer = send({ ...approval, token: first });
      if (!atOnce) await answer;
      const other = await send({ ...approval, token: second }, scene.anotherGateway());
      assert.deepEqual(other, await answer);
      assert.equal(codeOf(other), 'was admitted');
      assert.equal((await scene.decisionsOn(incident.id, approval.dossier)).length, 1);
    }
  });

  // The last test of the incident: from now on lea has edited it, and approves nothing there.
  it('has one answer for an edit', async () => {
    const edit = { dossier: await scene.offerOneStep(), parameters: { to: 7 }, reason: 'seven will do' };
    const [first, second] = await twoTokens(purposeOfEdit(edit));
    const sendEdit = (token: string, gateway: GatewayDeps) =>
      admitEdit(gateway, { incident: incident.id, trace: 't', edit: { ...edit, token } });
    const answer = await sendEdit(first, scene.gateway());
    assert.equal(codeOf(answer), 'was admitted');
    assert.deepEqual(await sendEdit(second, scene.anotherGateway()), answer);
  });
});
