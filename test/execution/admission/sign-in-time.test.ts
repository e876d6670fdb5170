import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { purposeOfEdit } from '../../../src/domain/approval/edit.ts';
import { admitDecision } from '../../../src/execution/admission/admit-decision.ts';
import { decideAlone } from '../../decide-alone.ts';
import { startEnvironment } from '../environment.ts';
import { peopleOf } from './people.ts';

const env = await startEnvironment();
const people = peopleOf(env);
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

/** The claims of a sign-in this long before the dossier, in whole seconds. */
function before(seconds: number): { claims: { auth_time: number } } {
  return { claims: { auth_time: Math.floor(env.now().getTime() / 1000) - seconds } };
}

async function decide(seconds: number) {
  const { incident } = await people.request('sam');
  const { digest } = await people.offer(incident, 2);
  const decision = decideAlone({ dossier: digest, verb: 'approve', reason: 'looks right' });
  const token = await env.issuer.decisionToken(decision, 'lea', before(seconds));
  const input = { incident: incident.id, trace: 't', decision: { ...decision, token } };
  return admitDecision(env.gateway.deps, input);
}

async function edit(seconds: number) {
  const { incident } = await people.request('sam');
  const dossier = await people.offer(incident, 2);
  const content = { dossier: dossier.digest, parameters: { to: 7 }, reason: 'so it is better' };
  const token = await env.issuer.issueToken(purposeOfEdit(content), 'lea', before(seconds));
  return people.edit(dossier, 'lea', content.parameters, token);
}

describe('a sign-in before the dossier was made', () => {
  it('is refused for a decision and for an edit', async () => {
    for (const answer of [await decide(31), await edit(31)]) {
      assert.match(
        'refused' in answer ? answer.refused : '',
        /^the sign-in is older than the dossier, which was made at/,
      );
    }
  });

  it('is admitted if it is at most 30 seconds older, because clocks differ', async () => {
    for (const answer of [await decide(30), await edit(30)]) assert.ok('admitted' in answer);
  });
});
