import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, replicaSet, template } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { undoRollout } from './action.ts';

const use = { namespace, parameters: { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' } };
const stamp = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const live = deployment('web', { release: 2 });
const objects = [live, replicaSet('web', 1, 1), replicaSet('web', 2, 1)];
const stamped = { 'airlock.dev/execution': 'exe-1.do-1', 'airlock.dev/trace': 'trace-1' };

function changed(object: KubeObject, change: (copy: any) => void): KubeObject {
  const copy = structuredClone(object);
  change(copy);
  return copy;
}

describe('undo-rollout change', () => {
  test('OK: tests uid, resourceVersion and the old template, then restores the earlier one and stamps', () => {
    assert.deepEqual(undoRollout.change(use, objects, stamp), {
      target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' },
      patch: [
        { op: 'test', path: '/metadata/uid', value: 'uid-web' },
        { op: 'test', path: '/metadata/resourceVersion', value: '100' },
        { op: 'test', path: '/spec/template', value: template('web', 'web:2') },
        { op: 'replace', path: '/spec/template', value: template('web', 'web:1') },
        { op: 'add', path: '/metadata/annotations', value: stamped },
      ],
    });
  });
  test('OK: annotations that are there stay', () => {
    const annotated = changed(live, (copy) => (copy.metadata.annotations = { owner: 'team' }));
    const { patch } = undoRollout.change(use, [annotated, ...objects.slice(1)], stamp);
    assert.deepEqual(patch.slice(4), [
      { op: 'add', path: '/metadata/annotations/airlock.dev~1execution', value: 'exe-1.do-1' },
      { op: 'add', path: '/metadata/annotations/airlock.dev~1trace', value: 'trace-1' },
    ]);
  });
  test('stops when the earlier ReplicaSet is gone', () => {
    assert.throws(() => undoRollout.change(use, [live], stamp), {
      code: 'object-gone',
      message: /ReplicaSet shop\/web-1/,
    });
  });
});

describe('undo-rollout after and applied', () => {
  const after = undoRollout.after(use, objects, stamp);

  test('OK: what it will be is what proves that it was done', () => {
    assert.deepEqual(after[0]?.['spec'].template, template('web', 'web:1'));
    assert.equal(undoRollout.applied(use, after, stamp), true);
    assert.equal(undoRollout.applied(use, objects, stamp), false);
  });
  test('the objects that were handed in stay as they were', () => {
    assert.deepEqual(live, deployment('web', { release: 2 }));
  });
  test('the stamp alone is no proof: kubectl brings annotations of old ReplicaSets back', () => {
    const forged = changed(live, (copy) => (copy.metadata.annotations = stamped));
    assert.equal(undoRollout.applied(use, [forged, ...objects.slice(1)], stamp), false);
  });
  test('the template alone is no proof: somebody else may have restored it', () => {
    const byHand = changed(live, (copy) => (copy.spec.template = template('web', 'web:1')));
    assert.equal(undoRollout.applied(use, [byHand, ...objects.slice(1)], stamp), false);
  });
  test('the stamp of another step or execution is no proof', () => {
    assert.equal(undoRollout.applied(use, after, { ...stamp, step: 'do-2' }), false);
    assert.equal(undoRollout.applied(use, after, { ...stamp, execution: 'exe-2' }), false);
  });
});

describe('undo-rollout undo', () => {
  test('OK: there and back gives the template that was there', () => {
    const back = undoRollout.undo(use);
    assert.ok('parameters' in back);
    const there = [...undoRollout.after(use, objects, stamp), objects[2] as KubeObject];
    const [again] = undoRollout.after({ namespace, parameters: back.parameters }, there, stamp);
    assert.deepEqual(again?.['spec'], live['spec']);
  });
});

describe('undo-rollout basis', () => {
  const basis = (...changes: KubeObject[]): string =>
    digestOf(
      undoRollout.basis(use, [
        ...changes,
        ...objects.filter((o) => !changes.some((c) => c.metadata.name === o.metadata.name)),
      ]),
    );

  test('OK: status, replicas, annotations and resourceVersion are no part of it', () => {
    const busy = changed(live, (copy) => {
      copy.status = { observedGeneration: 1, readyReplicas: 0 };
      copy.spec.replicas = 9;
      Object.assign(copy.metadata, { resourceVersion: '101', generation: 3, annotations: { a: 'b' } });
    });
    assert.equal(basis(busy), basis());
  });
  const changes: [string, (copy: any) => void][] = [
    ['the template', (copy) => (copy.spec.template.spec.containers[0].image = 'web:3')],
    ['the strategy', (copy) => (copy.spec.strategy = { type: 'Recreate' })],
    ['the selector', (copy) => (copy.spec.selector.matchLabels.x = 'y')],
    ['being paused', (copy) => (copy.spec.paused = true)],
  ];
  for (const [name, change] of changes) {
    test(`${name} is part of it`, () => assert.notEqual(basis(changed(live, change)), basis()));
  }
  test('the template to be restored is part of it, and that it is the same ReplicaSet', () => {
    const set = objects[1] as KubeObject;
    assert.notEqual(basis(changed(set, (copy) => (copy.spec.template.spec.containers[0].image = 'evil:1'))), basis());
    assert.notEqual(basis(changed(set, (copy) => (copy.metadata.uid = 'reborn'))), basis());
  });
});

describe('undo-rollout refusals', () => {
  test('OK', () => assert.deepEqual(undoRollout.refusals(use, objects), []));
  test('refuses a ReplicaSet of another Deployment', () => {
    const other = { ...use, parameters: { ...use.parameters, toReplicaSet: 'cart-1' } };
    assert.match(
      undoRollout.refusals(other, [...objects, replicaSet('cart', 1, 1)])[0] ?? '',
      /cart-1 does not belong/,
    );
  });
  test('refuses a Deployment that is paused', () => {
    const paused = changed(live, (copy) => (copy.spec.paused = true));
    assert.match(undoRollout.refusals(use, [paused, ...objects.slice(1)])[0] ?? '', /web is paused/);
  });
});
