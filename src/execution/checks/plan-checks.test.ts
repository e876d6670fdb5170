import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dossierOf, incident, safeReport, signed } from '../../../test/execution/fixture.ts';
import { node } from '../../../test/objects.ts';
import { propose } from '../../actions/propose.ts';
import { actionIn, type Plan, type Step } from '../../domain/plan/plan.ts';
import type { Facts } from './facts.ts';
import { planBinds, rulesAreThePlans, undoTakesBack } from './plan-checks.ts';

const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'east',
  playbook: { name: 'p', digest: `sha256:${'1'.repeat(64)}` },
  action: 'cordon-node',
  ...propose(undefined, [{ action: 'cordon-node', parameters: { node: 'node-1' } }], [node('node-1')]),
  success: ['cordoned'],
  summary: 'cordon',
};

async function factsOf(changed: Plan): Promise<Facts> {
  const rehearsal = await signed(() => 'none', safeReport(changed));
  const now = new Date();
  const dossier = dossierOf(changed, rehearsal, now);
  return { incident, digest: `sha256:${'2'.repeat(64)}`, dossier, direction: 'do', now };
}

describe('a plan whose undo carries another action', () => {
  test('OK: each direction has one action of its own, and rules of its own', async () => {
    const facts = await factsOf(plan);
    assert.deepEqual([planBinds(facts), undoTakesBack(facts), rulesAreThePlans(facts)], [[], [], []]);
    assert.deepEqual([actionIn(plan, 'do'), actionIn(plan, 'undo')], ['cordon-node', 'uncordon-node']);
  });
  const [back] = plan.undo as [Step];
  test('an undo that does the same again takes nothing back', async () => {
    const facts = await factsOf({ ...plan, undo: [{ ...back, action: 'cordon-node' }] });
    assert.deepEqual(undoTakesBack(facts), ['the undo is not what takes the steps back']);
  });
  test('an undo of two actions would need an identity that carries two', async () => {
    const facts = await factsOf({ ...plan, undo: [back, { ...back, id: 'undo-2', action: 'cordon-node' }] });
    assert.deepEqual(planBinds(facts), ['step undo-2 is cordon-node, the plan is uncordon-node']);
  });
  test('steps of another action than the plan says are refused', async () => {
    const facts = await factsOf({ ...plan, action: 'uncordon-node' });
    assert.deepEqual(planBinds(facts), ['step do-1 is cordon-node, the plan is uncordon-node']);
  });
  test('a node that is said to stand in a namespace is refused', async () => {
    assert.match(planBinds(await factsOf(plan).then((facts) => inShop(facts))).join(), /cordon-node has none/);
  });
});

function inShop(facts: Facts): Facts {
  const { dossier } = facts;
  return { ...facts, dossier: { ...dossier, plan: { ...dossier.plan, namespace: 'shop' } } };
}
