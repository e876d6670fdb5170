import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autoscaler, deployment, pod, replicaSet } from '../../../test/objects.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import { objectUnknowns } from './object-unknowns.ts';

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const shop = () => [deployment('web'), replicaSet('web', 1, 2), pod('web-1', 'a'), pod('web-1', 'b')];

/** Unknowns of a plan that changes `web` and leaves it as it is. */
function unknownsOf(objects: KubeObject[]): string[] {
  const web = findObject(objects, ref) ?? assert.fail();
  return objectUnknowns([{ ref, before: web, after: web }], objects);
}

test('a workload without any of them has no unknowns', () => {
  assert.deepEqual(unknownsOf(shop()), []);
});

test('names what may revert the change: GitOps, a foreign owner, a foreign applier', () => {
  const objects = shop();
  Object.assign(objects[0]!.metadata, {
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' },
    annotations: { 'argocd.argoproj.io/tracking-id': 'x' },
    ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'App', name: 'web', uid: 'u', controller: true }],
    managedFields: [
      { manager: 'helm', operation: 'Apply' },
      { manager: 'airlock', operation: 'Apply' },
    ],
  });
  const start = 'the change of Deployment shop/web may be reverted';
  assert.deepEqual(unknownsOf(objects), [
    'App web is not in the snapshot, but it owns Deployments in shop and may change them',
    `${start}: the object has the label or annotation kustomize.toolkit.fluxcd.io/name`,
    `${start}: the object has the label or annotation argocd.argoproj.io/tracking-id`,
    `${start}: App web controls the object`,
    `${start}: field manager helm sets fields of the object by server-side apply`,
  ]);
});

test('names the autoscaler of a changed workload', () => {
  assert.deepEqual(unknownsOf([...shop(), autoscaler('web')]), [
    'it is unknown how HorizontalPodAutoscaler web-scaler will scale Deployment shop/web',
  ]);
});

test('the existence of a Secret that no running pod uses is unknown', () => {
  const objects = shop();
  const env = [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }];
  objects[0]!['spec'].template.spec.containers[0].env = env;
  const sentence = 'Deployment shop/web needs Secret db, key password, but no pod shows that the target has it';
  assert.deepEqual(unknownsOf(objects), [sentence]);
  const running = structuredClone(objects);
  Object.assign(running[2]!['spec'], { containers: [{ name: 'web', env }] });
  running[2]!['status'].containerStatuses = [{ name: 'web', state: { running: {} } }];
  assert.deepEqual(unknownsOf(running), []);
});
