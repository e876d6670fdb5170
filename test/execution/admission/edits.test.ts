import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, beforeEach, describe, it } from 'node:test';
import { createJournalReader } from '../../../src/adapters/postgres/journal/journal.ts';
import { editOf } from '../../../src/domain/approval/admission.ts';
import { purposeOfEdit } from '../../../src/domain/approval/edit.ts';
import { executionId } from '../../../src/domain/names.ts';
import { admitDecision } from '../../../src/execution/admission/admit-decision.ts';
import { decideAlone } from '../../decide-alone.ts';
import { peopleOf } from './people.ts';
import { assertInvalidated, startEnvironment } from '../environment.ts';

const env = await startEnvironment();
const people = peopleOf(env);
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

async function journalled(incident: string): Promise<string[]> {
  const records = await createJournalReader(env.database.pools.serve).read(incident);
  return records.map(({ kind, message }) => `${kind}: ${message}`);
}

/** Delays the next verification of a token until it is released, as a slow issuer does. */
function delayVerification(): { reached: Promise<void>; release: () => void } {
  const { deps } = env.gateway;
  const { tokens } = deps;
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  deps.tokens = {
    ...tokens,
    async verify(token) {
      deps.tokens = tokens;
      reached.resolve();
      await released.promise;
      return tokens.verify(token);
    },
  };
  return { reached: reached.promise, release: released.resolve };
}

describe('admitEdit', () => {
  it('invalidates the dossier at once, even after approval and preflight', async () => {
    const { incident } = await people.request('sam');
    const old = await people.offer(incident, 4);
    await people.decide(old, 'olga');
    const prepared = await people.prepare(old);
    const answer = await people.edit(old, 'lea', { to: env.before + 2 });
    assert.ok('admitted' in answer && answer.admitted.subject === 'lea');
    assert.match(
      (await journalled(incident.id)).at(-1) ?? '',
      /^dossier\.invalidated: dossier sha256:\w+ is invalidated: lea set to=/,
    );

    const invalidated = /the dossier is invalidated: lea edited its parameters/;
    for (const verb of ['approve', 'deny'] as const) {
      const decided = await people.decide(old, 'olga', verb);
      assert.match('refused' in decided ? decided.refused : '', invalidated);
    }
    const asked = await people.prepare(old);
    assert.match(asked.ready ? '' : (asked.reasons[0] ?? ''), invalidated);
    assertInvalidated(await people.execute(old, prepared), invalidated);
    assert.deepEqual(env.target.writes, []);
  });

  it('lets another person than the editor approve the next dossier, and carries no decision over', async () => {
    const { incident } = await people.request('sam');
    const old = await people.offer(incident, 4);
    await people.decide(old, 'olga');
    await people.edit(old, 'lea', { to: env.before + 2 });
    const next = await people.offer(incident, 2);
    const own = await people.decide(next, 'lea');
    assert.match('refused' in own ? own.refused : '', /lea requested or edited this change/);
    assert.ok(!(await people.prepare(next)).ready);
    await people.decide(next, 'olga');
    const prepared = await people.prepare(next);
    assert.equal((await people.execute(next, prepared)).outcome, 'executed');
    assert.equal(env.replicas('web'), env.before + 2);
    assert.ok(
      'refused' in (await people.edit(next, 'lea', { to: env.before + 3 })),
      'its execution has already started',
    );
  });

  it('gives a resent edit the same answer and refuses another one', async () => {
    const { incident } = await people.request('sam');
    const dossier = await people.offer(incident, 4);
    const token = await people.editToken(dossier, 'lea', { to: 7 });
    const first = await people.edit(dossier, 'lea', { to: 7 }, token);
    assert.deepEqual(await people.edit(dossier, 'lea', { to: 7 }, token), first);
    assert.ok('refused' in (await people.edit(dossier, 'olga', { to: 8 })));
    assert.ok('refused' in (await people.edit(dossier, 'lea', { to: 8 }, token)));
  });

  const refusals: [string, string, Record<string, string | number>, RegExp][] = [
    ['by a person in no group that may approve', 'sam', { to: 7 }, /sam is in no group that may approve this dossier/],
    ['of a parameter that the action does not know', 'lea', { image: 'evil' }, /no parameter image/],
    [
      'of the object',
      'lea',
      { deployment: 'db' },
      /with these parameters the plan would change another object than Deployment shop\/web/,
    ],
    ['of the namespace', 'lea', { namespace: 'bank' }, /no parameter namespace/],
    ['beyond what the action accepts', 'lea', { to: 0 }, /to: /],
    ['of a number into a text', 'lea', { to: 'many' }, /to: /],
  ];
  for (const [name, who, parameters, why] of refusals) {
    it(`refuses an edit ${name}, and the dossier stays valid`, async () => {
      const { incident } = await people.request('sam');
      const dossier = await people.offer(incident, 4);
      const answer = await people.edit(dossier, who, parameters);
      assert.match('refused' in answer ? answer.refused : 'it was admitted', why);
      assert.ok('admitted' in (await people.decide(dossier, 'olga')));
    });
  }

  it('refuses the token of other parameters or of a request, and a dossier of another incident or of two steps', async () => {
    const on = await people.request('lea');
    const dossier = await people.offer(on.incident, 4);
    const other = await people.editToken(dossier, 'lea', { to: 8 });
    for (const token of [other, on.request.token]) {
      const answer = await people.edit(dossier, 'lea', { to: 7 }, token);
      assert.match('refused' in answer ? answer.refused : '', /for another dossier, parameters or reason/);
    }
    const { incident } = await people.request('sam');
    const elsewhere = await people.edit({ ...dossier, incident }, 'lea', { to: 7 });
    assert.deepEqual(elsewhere, { refused: 'the dossier belongs to another incident' });
    const { digest, report } = await env.offered();
    const two = { digest, report, incident: { ...incident, id: 'inc-0123456789abcdef' } };
    const answer = await people.edit(two, 'lea', { to: 7 });
    assert.match('refused' in answer ? answer.refused : '', /a plan of 2 steps cannot be edited/);
  });

  it('is refused when its dossier is executed during the verification, and no record invalidates the dossier', async () => {
    const { incident } = await people.request('sam');
    const dossier = await people.offer(incident, 2);
    await people.decide(dossier, 'olga');
    const prepared = await people.prepare(dossier);
    const held = delayVerification();
    const edit = people.edit(dossier, 'lea', { to: env.before + 3 });
    await held.reached;
    assert.equal((await people.execute(dossier, prepared)).outcome, 'executed');
    held.release();
    assert.deepEqual(await edit, { refused: 'the execution of the dossier has already started' });
    assert.equal(
      (await journalled(incident.id)).filter((record) => record.startsWith('dossier.invalidated')).length,
      0,
    );
  });

  it('that is refused because its execution has started does not use up its sign-in', async () => {
    const { incident } = await people.request('sam');
    const dossier = await people.offer(incident, 2);
    await people.decide(dossier, 'olga');
    assert.equal((await people.execute(dossier, await people.prepare(dossier))).outcome, 'executed');
    const sameSignIn = { claims: { sid: randomUUID() } };
    const edit = { dossier: dossier.digest, parameters: { to: env.before + 3 }, reason: 'so it is better' };
    const token = await env.issuer.issueToken(purposeOfEdit(edit), 'lea', sameSignIn);
    assert.match(JSON.stringify(await people.edit(dossier, 'lea', edit.parameters, token)), /has already started/);
    const denial = decideAlone({ dossier: (await people.offer(incident, 4)).digest, verb: 'deny', reason: 'not now' });
    const decision = { ...denial, token: await env.issuer.decisionToken(denial, 'lea', sameSignIn) };
    const answer = await admitDecision(env.gateway.deps, { incident: incident.id, trace: 't', decision });
    assert.ok('admitted' in answer, JSON.stringify(answer));
  });

  it('is retried while the execution lock is held, and so is the execution', async () => {
    const { incident } = await people.request('sam');
    const dossier = await people.offer(incident, 2);
    await people.decide(dossier, 'olga');
    const prepared = await people.prepare(dossier);
    const { ledger, admissions } = env.gateway.deps;
    const execution = executionId(dossier.digest, 'do');
    const lock = await ledger.lock(execution);
    const busy = { code: 'execution-busy', next: 'retry' };
    await assert.rejects(people.edit(dossier, 'lea', { to: env.before + 3 }), busy);
    await assert.rejects(people.execute(dossier, prepared), busy);
    await lock[Symbol.asyncDispose]();
    assert.equal(editOf(await admissions.of({ incident: incident.id, trace: 't' }), dossier.digest), undefined);
    assert.ok('admitted' in (await people.edit(dossier, 'lea', { to: env.before + 3 })));
    assertInvalidated(await people.execute(dossier, prepared), /the dossier is invalidated: lea edited its parameters/);
    assert.deepEqual(env.target.writes, []);
  });

  it('admits one of two edits that are verified at the same time', async () => {
    const { incident } = await people.request('sam');
    const dossier = await people.offer(incident, 2);
    const held = delayVerification();
    const slow = people.edit(dossier, 'lea', { to: env.before + 3 });
    await held.reached;
    assert.ok('admitted' in (await people.edit(dossier, 'olga', { to: env.before + 4 })));
    held.release();
    assert.match(JSON.stringify(await slow), /the dossier is invalidated: olga edited its parameters/);
  });
});
