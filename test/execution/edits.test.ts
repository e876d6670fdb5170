import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { executionId } from '../../src/domain/names.ts';
import { askingOf } from './asking.ts';
import { isVoid, startWorld } from './environment.ts';

const world = await startWorld();
const asking = askingOf(world);
after(() => world[Symbol.asyncDispose]());
beforeEach(() => world.fresh());

async function journalled(incident: string): Promise<string[]> {
  const records = await createJournalReader(world.database.pools.serve).read(incident);
  return records.map(({ kind, fact }) => `${kind}: ${fact}`);
}

/** Keeps the next proof's verification from ending, as a slow issuer does. */
function holdProofs(): { reached: Promise<void>; release: () => void } {
  const { deps } = world.gateway;
  const { proofs } = deps;
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  deps.proofs = {
    ...proofs,
    async verify(token) {
      deps.proofs = proofs;
      reached.resolve();
      await released.promise;
      return proofs.verify(token);
    },
  };
  return { reached: reached.promise, release: released.resolve };
}

describe('an edit that reaches the gateway', () => {
  it('OK: the dossier is void at once, also where it was approved and rehearsed at the door', async () => {
    const { incident } = await asking.signed('sam');
    const old = await asking.offer(incident, 4);
    await asking.decide(old, 'olga');
    const prepared = await asking.prepare(old);
    const answer = await asking.edit(old, 'lea', { to: world.before + 2 });
    assert.ok('admitted' in answer && answer.admitted.subject === 'lea');
    assert.match((await journalled(incident.id)).at(-1) ?? '', /^dossier\.voided: sha256:\w+ is void: lea changed to=/);

    const isVoided = /the dossier is void: lea changed its parameters/;
    for (const verb of ['approve', 'deny'] as const) {
      const decided = await asking.decide(old, 'olga', verb);
      assert.match('refused' in decided ? decided.refused : '', isVoided);
    }
    const asked = await asking.prepare(old);
    assert.match(asked.ready ? '' : (asked.reasons[0] ?? ''), isVoided);
    isVoid(await asking.execute(old, prepared), isVoided);
    assert.deepEqual(world.target.writes, []);
  });

  it('OK: who edited cannot approve what comes of it; decisions do not carry over; somebody else can', async () => {
    const { incident } = await asking.signed('sam');
    const old = await asking.offer(incident, 4);
    await asking.decide(old, 'olga');
    await asking.edit(old, 'lea', { to: world.before + 2 });
    const next = await asking.offer(incident, 2);
    const own = await asking.decide(next, 'lea');
    assert.match('refused' in own ? own.refused : '', /lea asked for this/);
    assert.ok(!(await asking.prepare(next)).ready);
    await asking.decide(next, 'olga');
    const prepared = await asking.prepare(next);
    assert.equal((await asking.execute(next, prepared)).outcome, 'executed');
    assert.equal(world.replicas('web'), world.before + 2);
    assert.ok('refused' in (await asking.edit(next, 'lea', { to: world.before + 3 })), 'it is executed already');
  });

  it('OK: sent again, the same answer; another one is refused', async () => {
    const { incident } = await asking.signed('sam');
    const dossier = await asking.offer(incident, 4);
    const proof = await asking.proofOfEdit(dossier, 'lea', { to: 7 });
    const first = await asking.edit(dossier, 'lea', { to: 7 }, proof);
    assert.deepEqual(await asking.edit(dossier, 'lea', { to: 7 }, proof), first);
    assert.ok('refused' in (await asking.edit(dossier, 'olga', { to: 8 })));
    assert.ok('refused' in (await asking.edit(dossier, 'lea', { to: 8 }, proof)));
  });

  const refusals: [string, string, Record<string, string | number>, RegExp][] = [
    ['by somebody in no group that decides', 'sam', { to: 7 }, /sam is in no group that decides on it/],
    ['of a parameter that the action does not know', 'lea', { image: 'evil' }, /no parameter image/],
    ['of the object', 'lea', { deployment: 'db' }, /cannot turn to another object than Deployment shop\/web/],
    ['of the namespace', 'lea', { namespace: 'bank' }, /no parameter namespace/],
    ['beyond what the action accepts', 'lea', { to: 0 }, /to: /],
    ['of a number into a text', 'lea', { to: 'many' }, /to: /],
  ];
  for (const [name, who, parameters, why] of refusals) {
    it(`refused: ${name}; the dossier stands`, async () => {
      const { incident } = await asking.signed('sam');
      const dossier = await asking.offer(incident, 4);
      const answer = await asking.edit(dossier, who, parameters);
      assert.match('refused' in answer ? answer.refused : 'it was admitted', why);
      assert.ok('admitted' in (await asking.decide(dossier, 'olga')));
    });
  }

  it('refused: with the proof of other parameters, of a request; a dossier of another incident or of two steps', async () => {
    const on = await asking.signed('lea');
    const dossier = await asking.offer(on.incident, 4);
    const other = await asking.proofOfEdit(dossier, 'lea', { to: 8 });
    for (const proof of [other, on.request.proof]) {
      const answer = await asking.edit(dossier, 'lea', { to: 7 }, proof);
      assert.match('refused' in answer ? answer.refused : '', /for another dossier, parameters or reason/);
    }
    const { incident } = await asking.signed('sam');
    const elsewhere = await asking.edit({ ...dossier, incident }, 'lea', { to: 7 });
    assert.deepEqual(elsewhere, { refused: 'the dossier is of another incident' });
    const { digest, report } = await world.offered();
    const two = { digest, report, incident: { ...incident, id: 'inc-0123456789abcdef' } };
    const answer = await asking.edit(two, 'lea', { to: 7 });
    assert.match('refused' in answer ? answer.refused : '', /a plan of 2 steps cannot be edited/);
  });

  it('an edit that is still being proven when its dossier is executed is refused; nothing says that it is void', async () => {
    const { incident } = await asking.signed('sam');
    const dossier = await asking.offer(incident, 2);
    await asking.decide(dossier, 'olga');
    const prepared = await asking.prepare(dossier);
    const held = holdProofs();
    const edit = asking.edit(dossier, 'lea', { to: world.before + 3 });
    await held.reached;
    assert.equal((await asking.execute(dossier, prepared)).outcome, 'executed');
    held.release();
    assert.deepEqual(await edit, { refused: 'the dossier is executed already' });
    assert.equal((await journalled(incident.id)).filter((fact) => fact.startsWith('dossier.voided')).length, 0);
  });

  it('an edit waits for an execution that acts, and an execution for an edit that is being written down', async () => {
    const { incident } = await asking.signed('sam');
    const dossier = await asking.offer(incident, 2);
    await asking.decide(dossier, 'olga');
    const prepared = await asking.prepare(dossier);
    const { ledger, asks } = world.gateway.deps;
    const execution = executionId(dossier.digest, 'do');
    const hold = await ledger.hold(execution);
    const busy = { code: 'execution-busy', next: 'retry' };
    await assert.rejects(asking.edit(dossier, 'lea', { to: world.before + 3 }), busy);
    await assert.rejects(asking.execute(dossier, prepared), busy);
    await hold[Symbol.asyncDispose]();
    assert.equal(await asks.editOf(dossier.digest), undefined);
    assert.ok('admitted' in (await asking.edit(dossier, 'lea', { to: world.before + 3 })));
    isVoid(await asking.execute(dossier, prepared), /the dossier is void: lea changed its parameters/);
    assert.deepEqual(world.target.writes, []);
  });

  it('OK: of two edits that are proven at the same time one counts', async () => {
    const { incident } = await asking.signed('sam');
    const dossier = await asking.offer(incident, 2);
    const held = holdProofs();
    const slow = asking.edit(dossier, 'lea', { to: world.before + 3 });
    await held.reached;
    assert.ok('admitted' in (await asking.edit(dossier, 'olga', { to: world.before + 4 })));
    held.release();
    assert.match(JSON.stringify(await slow), /the dossier is void: olga changed its parameters/);
  });
});
