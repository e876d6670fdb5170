import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { clusterUnknowns as unknownsFor } from './unknowns.ts';

const unknownsOf = (listed: KubeObject[]) => unknownsFor(listed, 'workloads');

function hook(
  name: string,
  rule: { apiGroups: string[]; resources: string[] },
  kind = 'ValidatingWebhookConfiguration',
): KubeObject {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, webhooks: [{ rules: [rule] }] };
}
function service(group: string, served?: object): KubeObject {
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1.${group}` },
    spec: omitUndefined({ group: group || undefined, version: 'v1', service: served }),
  };
}

test('returns nothing for a cluster with built-in APIs only', () => {
  assert.deepEqual(unknownsOf([service(''), service('apps'), service('rbac.authorization.k8s.io')]), []);
});

test('names the webhooks that match what a plan writes, and no others', () => {
  const found = unknownsOf([
    hook('pods', { apiGroups: [''], resources: ['pods'] }),
    hook('all', { apiGroups: ['*'], resources: ['*/*'] }, 'MutatingWebhookConfiguration'),
    hook('scale', { apiGroups: ['apps'], resources: ['*/scale'] }),
    hook('exec', { apiGroups: [''], resources: ['pods/exec'] }),
    hook('certificates', { apiGroups: ['cert-manager.io'], resources: ['*'] }),
    hook('services', { apiGroups: [''], resources: ['services'] }),
  ]);
  assert.deepEqual(found, [
    'MutatingWebhookConfiguration all may change what the plan or a controller writes; the sandbox runs no webhooks',
    'ValidatingWebhookConfiguration pods may refuse what the plan or a controller writes; the sandbox runs no webhooks',
    'ValidatingWebhookConfiguration scale may refuse what the plan or a controller writes; the sandbox runs no webhooks',
  ]);
});

test('names aggregated API servers and custom resources, in an order that does not depend on the input', () => {
  const listed = [service('argoproj.io'), service('metrics.k8s.io', { name: 'm' }), service('acme.io')];
  const sentences = [
    'the sandbox has no custom resources and no controllers of these API groups: acme.io, argoproj.io',
    'the sandbox lacks the aggregated API server of APIService v1.metrics.k8s.io',
  ];
  assert.deepEqual(unknownsOf(listed), sentences);
  assert.deepEqual(unknownsOf(listed.toReversed()), sentences);
});

test('selects other webhooks for a plan on nodes than for a plan on workloads', () => {
  const hooks = [
    hook('pods', { apiGroups: [''], resources: ['pods'] }),
    hook('nodes', { apiGroups: [''], resources: ['nodes'] }),
  ];
  assert.match(unknownsFor(hooks, 'nodes').join(), /Configuration nodes/);
  assert.match(unknownsFor(hooks, 'workloads').join(), /Configuration pods/);
  assert.equal(unknownsFor(hooks, 'nodes').length, 1);
});
