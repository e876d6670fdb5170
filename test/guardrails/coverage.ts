import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ceilingRules } from '../../clusters/guardrails/rights/exec-rights.ts';
import { lockedActions, nodeActions } from '../../clusters/guardrails/names.ts';
import { keptNodeFields } from '../../clusters/guardrails/admission/node-fields.ts';
import { nodeCeilingRules } from '../../clusters/guardrails/rights/node-rights.ts';
import * as fields from '../../clusters/guardrails/admission/undo-fields.ts';
import { actionOf } from '../../src/actions/catalogue.ts';
import { actionNameSchema } from '../../src/domain/plan/plan.ts';
import { done } from './attempt.ts';
import type { Bed } from './environment.ts';

/** That the locks know all that there is: every action of the catalogue, every field that a patch could reach. */
export async function coverageCases(t: TestContext, { admin }: Bed): Promise<void> {
  const { schemas: apps } = done(await admin({ method: 'GET', path: '/openapi/v3/apis/apps/v1' })).components;
  const { schemas: core } = done(await admin({ method: 'GET', path: '/openapi/v3/api/v1' })).components;
  const schemas = { ...core, ...apps };
  const known = (schema: string, lists: readonly (readonly string[])[]) =>
    t.test(`every field of ${schema} is kept, restored or bounded`, () => {
      const published = Object.keys(schemas[schema].properties);
      // A lock may know fields of later versions; a field that no list knows would be free for all.
      assert.deepEqual(
        published.filter((field) => !lists.flat().includes(field)),
        [],
      );
    });
  await known('io.k8s.api.apps.v1.DeploymentSpec', [fields.keptDeploymentFields, ['template']]);
  await known('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', [
    fields.keptTemplateMetadata,
    ['labels', 'annotations'],
  ]);
  await known('io.k8s.api.core.v1.PodSpec', [fields.keptPodFields, fields.restoredPodFields]);
  await known('io.k8s.api.core.v1.Container', [
    fields.keptContainerFields,
    fields.restoredContainerFields,
    fields.boundedContainerFields,
  ]);

  await known('io.k8s.api.core.v1.NodeSpec', [keptNodeFields, ['unschedulable']]);

  await t.test('every action of the catalogue has a lock, and needs no more than the ceiling', () => {
    assert.deepEqual([...lockedActions, ...nodeActions].sort(), [...actionNameSchema.options].sort());
    const parameters: Record<string, object> = {
      'undo-rollout': { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' },
      'scale-workload': { deployment: 'web', from: 1, to: 2 },
      'restart-workload': { deployment: 'web', at: 1_767_225_600 },
    };
    const node = { node: 'node-1' };
    const uses = [
      ...lockedActions.map((action) => ({ action, parameters: parameters[action], ceiling: ceilingRules })),
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
