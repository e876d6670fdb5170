import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ceilingRules } from '../../clusters/guardrails/rights/exec-rights.ts';
import * as kept from '../../src/actions/guardrails/kept-fields.ts';
import { keptNodeFields } from '../../src/actions/guardrails/node-guardrail.ts';
import { nodeCeilingRules } from '../../clusters/guardrails/rights/node-rights.ts';
import { comparedMountFields, keptContainerFields, keptPodFields } from '../../src/actions/undo-rollout/fields.ts';
import { openContainerFields, openPodFields } from '../../src/actions/undo-rollout/open-fields.ts';
import { actionOf, guardrailOf, namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import { actionNameSchema } from '../../src/domain/plan/plan.ts';
import { done } from './attempt.ts';
import type { Environment } from './environment.ts';

/** The guardrails cover everything: every action of the registry, and every field that a patch could reach. */
export async function coverageCases(t: TestContext, { admin, values }: Environment): Promise<void> {
  const { schemas: apps } = done(await admin({ method: 'GET', path: '/openapi/v3/apis/apps/v1' })).components;
  const { schemas: core } = done(await admin({ method: 'GET', path: '/openapi/v3/api/v1' })).components;
  const { schemas: rbac } = done(
    await admin({ method: 'GET', path: '/openapi/v3/apis/rbac.authorization.k8s.io/v1' }),
  ).components;
  const schemas = { ...core, ...apps, ...rbac };
  const known = (schema: string, lists: readonly (readonly string[])[]) =>
    t.test(`every field of ${schema} is kept, limited or listed as open`, () => {
      const published = Object.keys(schemas[schema].properties);
      // A list may contain fields of later versions. A field that is in no list could be set to any value.
      assert.deepEqual(
        published.filter((field) => !lists.flat().includes(field)),
        [],
      );
    });
  const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
  await known('io.k8s.api.apps.v1.DeploymentSpec', [kept.keptDeploymentFields, ['template']]);
  await known(meta, [kept.keptMetadata, kept.immutableMetadata, ['annotations', 'managedFields']]);
  await known(meta, [kept.keptTemplateMetadata, ['labels', 'annotations']]);
  await known('io.k8s.api.core.v1.PodSpec', [keptPodFields, openPodFields]);
  await known('io.k8s.api.core.v1.Container', [keptContainerFields, openContainerFields]);
  await known('io.k8s.api.core.v1.VolumeMount', [comparedMountFields, ['readOnly', 'recursiveReadOnly']]);
  await known('io.k8s.api.core.v1.NodeSpec', [keptNodeFields, ['unschedulable']]);
  // What the minters create. Vault's role determines the rules, the guardrails limit them.
  const object = ['apiVersion', 'kind', 'metadata'];
  const accountFields = ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'];
  await known('io.k8s.api.core.v1.ServiceAccount', [object, accountFields]);
  await known('io.k8s.api.authentication.v1.TokenRequestSpec', [['audiences', 'expirationSeconds', 'boundObjectRef']]);
  await known('io.k8s.api.rbac.v1.Role', [object, ['rules']]);
  await known('io.k8s.api.rbac.v1.ClusterRole', [object, ['rules', 'aggregationRule']]);
  await known('io.k8s.api.rbac.v1.RoleBinding', [object, ['roleRef', 'subjects']]);
  await known('io.k8s.api.core.v1.ConfigMap', [object, ['data', 'immutable', 'binaryData']]);

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
