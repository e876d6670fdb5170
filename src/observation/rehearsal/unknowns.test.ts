import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { unknownsOf as unknownsFor } from './unknowns.ts';

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
    spec: { ...(group ? { group } : {}), version: 'v1', ...(served ? { service: served } : {}) },
  };
}

test('OK: nothing foreign, nothing unknown', () => {
  assert.deepEqual(unknownsOf([service(''), service('apps'), service('rbac.authorization.k8s.io')]), []);
});

test('OK: webhooks that match what a plan writes are named, others are not', () => {
  const found = unknownsOf([
    hook('pods', { apiGroups: [''], resources: ['pods'] }),
    hook('all', { apiGroups: ['*'], resources: ['*/*'] }, 'MutatingWebhookConfiguration'),
    hook('scale', { apiGroups: ['apps'], resources: ['*/scale'] }),
    hook('exec', { apiGroups: [''], resources: ['pods/exec'] }),
    hook('certificates', { apiGroups: ['cert-manager.io'], resources: ['*'] }),
    hook('services', { apiGroups: [''], resources: ['services'] }),
  ]);
  assert.deepEqual(found, [
    'MutatingWebhookConfiguration all may change what is written here: it is not loaded',
    'ValidatingWebhookConfiguration pods may refuse what is written here: it is not loaded',
    'ValidatingWebhookConfiguration scale may refuse what is written here: it is not loaded',
  ]);
});

test('OK: API services of others and custom resources, in the same words whatever the order', () => {
  const listed = [service('argoproj.io'), service('metrics.k8s.io', { name: 'm' }), service('acme.io')];
  const words = [
    'APIService v1.metrics.k8s.io is answered by a server that is not loaded',
    'custom resources of acme.io, argoproj.io and their controllers are not loaded',
  ];
  assert.deepEqual(unknownsOf(listed), words);
  assert.deepEqual(unknownsOf(listed.toReversed()), words);
});

test('OK: a plan on nodes is reached by other webhooks than one on workloads', () => {
  const hooks = [
    hook('pods', { apiGroups: [''], resources: ['pods'] }),
    hook('nodes', { apiGroups: [''], resources: ['nodes'] }),
  ];
  assert.match(unknownsFor(hooks, 'nodes').join(), /Configuration nodes/);
  assert.match(unknownsFor(hooks, 'workloads').join(), /Configuration pods/);
  assert.equal(unknownsFor(hooks, 'nodes').length, 1);
});
