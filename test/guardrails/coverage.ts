import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ceilingRules } from '../../clusters/guardrails/rights/exec-rights.ts';
import * as kept from '../../src/actions/kept-fields.ts';
import { keptNodeFields } from '../../src/actions/node-guardrail.ts';
import { nodeCeilingRules } from '../../clusters/guardrails/rights/node-rights.ts';
import * as fields from '../../src/actions/undo-rollout/fields.ts';
import { actionOf, guardrailOf, namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import { actionNameSchema } from '../../src/domain/plan/plan.ts';
import { done } from './attempt.ts';
import type { Environment } from './environment.ts';

/** The guardrails cover everything: every action of the registry, and every field that a patch could reach. */
export async function coverageCases(t: TestContext, { admin, values }: Environment): Promise<void> {
  const { schemas: apps } = done(await admin({ method: 'GET', path: '/openapi/v3/apis/apps/v1' })).components;
  const { schemas: core } = done(await admin({ method: 'GET', path: '/openapi/v3/api/v1' })).components;
  const schemas = { ...core, ...apps };
  const known = (schema: string, lists: readonly (readonly string[])[]) =>
    t.test(`every field of ${schema} is kept, restored or limited`, () => {
      const published = Object.keys(schemas[schema].properties);
      // A list may contain fields of later versions. A field that is in no list could be set to any value.
      assert.deepEqual(
        published.filter((field) => !lists.flat().includes(field)),
        [],
      );
    });
  await known('io.k8s.api.apps.v1.DeploymentSpec', [kept.keptDeploymentFields, ['template']]);
  await known('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', [
    kept.keptTemplateMetadata,
    ['labels', 'annotations'],
  ]);
  await known('io.k8s.api.core.v1.PodSpec', [fields.keptPodFields, fields.restoredPodFields]);
  await known('io.k8s.api.core.v1.Container', [
    fields.keptContainerFields,
    fields.restoredContainerFields,
    fields.limitedContainerFields,
  ]);

  await known('io.k8s.api.core.v1.NodeSpec', [keptNodeFields, ['unschedulable']]);

  await t.test('every action has a guardrail of its own, and needs no more rights than the ceiling', () => {
    assert.deepEqual([...namespacedActions, ...nodeActions].sort(), [...actionNameSchema.options].sort());
    for (const action of actionNameSchema.options) {
      const { validations } = guardrailOf(action, values);
      assert.ok(validations.length > 0, action);
      assert.ok(validations.every(({ message }) => message.startsWith(`${action}: `)));
    }
    const parameters: Record<string, object> = {
      'undo-rollout': { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' },
      'scale-workload': { deployment: 'web', from: 1, to: 2 },
      'restart-workload': { deployment: 'web', at: 1_767_225_600 },
    };
    const node = { node: 'node-1' };
    const uses = [
      ...namespacedActions.map((action) => ({ action, parameters: parameters[action], ceiling: ceilingRules })),
      ...nodeActions.map((action) => ({ action, parameters: node, ceiling: nodeCeilingRules })),
    ];
    for (const { action, parameters: given, ceiling } of uses) {
      for (const rule of actionOf(action).rules({ namespace: 'shop', parameters: given })) {
        const inside = ceiling.some(
          ({ resources, verbs }) =>
            rule.resources.every((resource) => resources.includes(resource)) &&
            rule.verbs.every((verb) => verbs.includes(verb)),
        );
        assert.ok(inside, `${action}: ${JSON.stringify(rule)}`);
      }
    }
  });
}
