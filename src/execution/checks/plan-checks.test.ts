import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dossierOf, incident, safeReport, signed } from '../../../test/execution/fixture.ts';
import { node } from '../../../test/objects.ts';
import { propose } from '../../actions/propose.ts';
import { actionIn, type Plan, type Step } from '../../domain/plan/plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { stepsAreValid, rulesMatchPlan, undoRevertsSteps } from './plan-checks.ts';

const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'east',
  playbook: { name: 'p', digest: `sha256:${'1'.repeat(64)}` },
  action: 'cordon-node',
  ...propose(undefined, [{ action: 'cordon-node', parameters: { node: 'node-1' } }], [node('node-1')]),
  success: ['cordoned'],
  summary: 'cordon',
};

async function contextOf(changed: Plan): Promise<ExecutionContext> {
  const rehearsal = await signed(() => 'none', safeReport(changed));
  const now = new Date();
  const dossier = dossierOf(changed, rehearsal, now);
  return { incident, digest: `sha256:${'2'.repeat(64)}`, dossier, direction: 'do', now };
}

describe('a plan whose undo has another action', () => {
  test('passes with one action and its rules for each direction', async () => {
    const context = await contextOf(plan);
    assert.deepEqual([stepsAreValid(context), undoRevertsSteps(context), rulesMatchPlan(context)], [[], [], []]);
    assert.deepEqual([actionIn(plan, 'do'), actionIn(plan, 'undo')], ['cordon-node', 'uncordon-node']);
  });
  const [back] = plan.undo as [Step];
  test('is refused when the undo repeats the step', async () => {
    const context = await contextOf({ ...plan, undo: [{ ...back, action: 'cordon-node' }] });
    assert.deepEqual(undoRevertsSteps(context), ['the undo does not revert the steps']);
  });
  test('is refused when the undo has two actions', async () => {
    const context = await contextOf({ ...plan, undo: [back, { ...back, id: 'undo-2', action: 'cordon-node' }] });
    assert.deepEqual(stepsAreValid(context), ['step undo-2 has action cordon-node instead of uncordon-node']);
  });
  test('is refused when its steps have another action than the plan', async () => {
    const context = await contextOf({ ...plan, action: 'uncordon-node' });
    assert.deepEqual(stepsAreValid(context), ['step do-1 has action cordon-node instead of uncordon-node']);
  });
  test('is refused when it gives a node a namespace', async () => {
    assert.match(
      stepsAreValid(await contextOf(plan).then((context) => inShop(context))).join(),
      /cordon-node must not have a namespace/,
    );
  });
});

function inShop(context: ExecutionContext): ExecutionContext {
  const { dossier } = context;
  return { ...context, dossier: { ...dossier, plan: { ...dossier.plan, namespace: 'shop' } } };
}
