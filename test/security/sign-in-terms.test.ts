import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { DecisionAnswer, Verb } from '../../src/domain/approval/decision.ts';
import { purposeOfEdit } from '../../src/domain/approval/edit.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { admitEdit } from '../../src/execution/admission/admit-edit.ts';
import { decideAlone } from '../decide-alone.ts';
import { peopleOf } from '../execution/admission/people.ts';
import { assertInvalidated, startEnvironment, type Offered } from '../execution/environment.ts';
import { allowed, incident, oneLead } from '../execution/fixture.ts';

const env = await startEnvironment();
const people = peopleOf(env);
const reason = 'looks right';
const twoPeople = { ...allowed(2, ['sre', 'lead', 'owner'], true), tier: 'high' as const };

after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

/** Sends a decision whose token the test's issuer signed, with changed claims. */
async function decide(
  { digest: dossier }: Offered,
  subject: string,
  { verb = 'approve', claims = {} }: { verb?: Verb; claims?: Record<string, unknown> } = {},
): Promise<DecisionAnswer> {
  const decision = decideAlone({ dossier, verb, reason });
  const token = await env.issuer.decisionToken(decision, subject, { claims });
  return admitDecision(env.gateway.deps, { ...ofIncident, decision: { ...decision, token } });
}
const ofIncident = { incident: incident.id, trace: incident.trace };

function refusalIn(answer: { admitted: unknown } | { refused: string }): string {
  return 'refused' in answer ? answer.refused : 'admitted';
}

const seconds = (): number => env.now().getTime() / 1000;

describe('a token as a provider writes it', () => {
  const withoutGroups: [string, Record<string, unknown>][] = [
    ['without groups', { groups: undefined }],
    ['with groups null', { groups: null }],
    ['with an empty list of groups', { groups: [] }],
  ];
  for (const [name, claims] of withoutGroups) {
    it(`${name}: a deny counts, and an approval does not and says why`, async () => {
      const offered = await env.offered();
      assert.match(refusalIn(await decide(offered, 'lea', { claims })), /^lea is in no group, so lea may not approve/);
      const denied = await decide(offered, 'zoe', { verb: 'deny', claims });
      assert.deepEqual('admitted' in denied && denied.admitted.groups, []);
      await decide(offered, 'lea');
      const prepared = await env.gateway.prepare(offered.digest);
      assert.match(prepared.ready ? '' : (prepared.reasons[0] ?? ''), /zoe denied the dossier/);
    });

    it(`${name}: requests and edits are refused with the reason`, async () => {
      const submitted = await people.submit(await people.request('lea', {}, { claims }));
      assert.match(refusalIn(submitted), /^lea is in no group, so lea may not request/);
      const { digest: dossier } = await people.offer(incident, 4);
      const edit = { dossier, parameters: { to: env.before + 1 }, reason };
      const token = await env.issuer.issueToken(purposeOfEdit(edit), 'lea', { claims });
      const answer = await admitEdit(env.gateway.deps, { ...ofIncident, edit: { ...edit, token } });
      assert.match(refusalIn(answer), /^lea is in no group, so lea may not edit/);
    });
  }

  it('one group as a text is that group', async () => {
    const offered = await env.offered();
    const answer = await decide(offered, 'lea', { claims: { groups: 'lead' } });
    assert.deepEqual('admitted' in answer && answer.admitted.groups, ['lead']);
    assert.ok((await env.gateway.prepare(offered.digest)).ready);
  });

  it('times with a fraction are times, also in a request, whose incident every process finds again', async () => {
    const claims = { iat: seconds() - 0.75, exp: seconds() + 200.5, auth_time: seconds() - 5.25, nbf: seconds() - 1.5 };
    assert.ok('admitted' in (await decide(await env.offered(), 'lea', { claims })));
    const sent = await people.request('lea', {}, { claims });
    assert.ok('admitted' in (await people.submit(sent)));
    assert.ok('admitted' in (await people.submit(sent)));
  });

  const recipients: [string, Record<string, unknown>, RegExp][] = [
    ['azp of this client', { azp: 'airlock-decision' }, /^admitted$/],
    ['azp of another client', { azp: 'airlock-request' }, /for another client \(azp\) than airlock-decision/],
    [
      'several audiences and azp of this client',
      { aud: ['airlock-decision', 'account'], azp: 'airlock-decision' },
      /^admitted$/,
    ],
    ['several audiences without azp', { aud: ['airlock-decision', 'account'] }, /several audiences, but no claim azp/],
    [
      'several audiences and azp of another',
      { aud: ['airlock-decision', 'account'], azp: 'account' },
      /for another client/,
    ],
    ['several audiences, none of them this client', { aud: ['a', 'b'], azp: 'airlock-decision' }, /another audience/],
    ['an empty list of audiences', { aud: [] }, /another audience/],
  ];
  for (const [name, claims, expected] of recipients) {
    it(`${name}: OpenID Connect Core 3.1.3.7`, async () => {
      assert.match(refusalIn(await decide(await env.offered(), 'lea', { claims })), expected);
    });
  }

  it('a sign-in or a validity in the future is refused, beyond 30 s of clock skew', async () => {
    for (const [claim, why] of [
      ['auth_time', /the sign-in is in the future/],
      ['nbf', /not valid yet/],
      ['iat', /issued in the future/],
    ] as const) {
      const at = (skew: number) => ({ claims: { [claim]: seconds() + skew } });
      assert.equal(refusalIn(await decide(await env.offered(), 'lea', at(29))), 'admitted');
      assert.match(refusalIn(await decide(await env.offered(), 'lea', at(31))), why);
    }
  });
});

describe('a step-up for a tier', () => {
  beforeEach(() => {
    env.gateway.deps.stepUp = { low: {}, medium: {}, high: { acr: ['gold'], amr: ['otp'] } };
  });
  const strong = { acr: 'gold', amr: ['pwd', 'otp'] };

  it('is checked at admission with the tier of the dossier, and not for a deny', async () => {
    env.gateway.deps.stepUp = { low: {}, medium: { acr: ['gold'], amr: ['otp'] }, high: {} };
    const offered = await env.offered();
    assert.match(refusalIn(await decide(offered, 'lea')), /tier medium: the sign-in has acr none, .* demands gold/);
    const weak = { acr: 'gold', amr: ['pwd'] };
    assert.match(
      refusalIn(await decide(offered, 'lea', { claims: weak })),
      /has amr pwd, and Airlock demands also otp/,
    );
    const silver = { ...strong, acr: 'silver' };
    assert.match(refusalIn(await decide(offered, 'lea', { claims: silver })), /acr silver/);
    assert.equal(refusalIn(await decide(offered, 'lea', { claims: strong })), 'admitted');
    assert.equal(refusalIn(await decide(offered, 'zoe', { verb: 'deny' })), 'admitted');
  });

  it('is checked again before the execution, with the tier that policy gives then', async () => {
    const offered = await env.offered();
    assert.equal(refusalIn(await decide(offered, 'lea')), 'admitted', 'tier medium demands nothing');
    const olga = await decide(offered, 'olga', { claims: strong });
    assert.equal(refusalIn(olga), 'admitted');
    const prepared = await env.gateway.prepare(offered.digest);
    assert.ok(prepared.ready);
    const preflight = await env.gateway.storePreflight(prepared, offered.report);
    env.verdict = twoPeople;
    const asked = await env.gateway.prepare(offered.digest);
    const reasons = asked.ready ? [] : asked.reasons;
    assert.match(reasons[0] ?? '', /needs 1 more approval/);
    assert.match(reasons[1] ?? '', /the approval by lea does not count for tier high: the sign-in has acr none/);
    assert.equal(reasons.length, 2);
    assertInvalidated(await env.gateway.execute(offered.digest, 'do', preflight), /needs 1 more approval/);
    assert.deepEqual(env.target.writes, []);
  });

  it('lets the same person approve again with the step-up', async () => {
    const offered = await env.offered();
    await decide(offered, 'lea');
    env.verdict = twoPeople;
    await decide(offered, 'olga', { claims: strong });
    assert.ok(!(await env.gateway.prepare(offered.digest)).ready);
    await decide(offered, 'lea', { claims: strong });
    assert.ok((await env.gateway.prepare(offered.digest)).ready);
  });

  it('does not stop the undo of an execution that has begun', async () => {
    const { digest, preflight } = await env.ready();
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
    env.gateway.deps.stepUp = { low: { acr: ['gold'] }, medium: { acr: ['gold'] }, high: { acr: ['gold'] } };
    env.verdict = oneLead;
    assert.equal((await env.gateway.execute(digest, 'undo')).outcome, 'executed');
  });
});
