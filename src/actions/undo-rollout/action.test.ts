import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, replicaSet, template } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { undoRollout } from './action.ts';

const input = { namespace, parameters: { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' } };
const reference = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const live = deployment('web', { release: 2 });
const objects = [live, replicaSet('web', 1, 1), replicaSet('web', 2, 1)];
const written = { 'airlock.dev/execution': 'exe-1.do-1', 'airlock.dev/trace': 'trace-1' };

function changed(object: KubeObject, change: (copy: any) => void): KubeObject {
  const copy = structuredClone(object);
  change(copy);
  return copy;
}

describe('undo-rollout change', () => {
  test('tests uid, resourceVersion and the old template, then restores the earlier template and annotates', () => {
    assert.deepEqual(undoRollout.change(input, objects, reference), {
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' },
      patch: [
        { op: 'test', path: '/metadata/uid', value: 'uid-web' },
        { op: 'test', path: '/metadata/resourceVersion', value: '100' },
        { op: 'test', path: '/spec/template', value: template('web', 'web:2') },
        { op: 'replace', path: '/spec/template', value: template('web', 'web:1') },
        { op: 'add', path: '/metadata/annotations', value: written },
      ],
    });
  });
  test('keeps existing annotations', () => {
    const annotated = changed(live, (copy) => (copy.metadata.annotations = { owner: 'team' }));
    const { patch } = undoRollout.change(input, [annotated, ...objects.slice(1)], reference);
    assert.deepEqual(patch.slice(4), [
      { op: 'add', path: '/metadata/annotations/airlock.dev~1execution', value: 'exe-1.do-1' },
      { op: 'add', path: '/metadata/annotations/airlock.dev~1trace', value: 'trace-1' },
    ]);
  });
  test('fails when the earlier ReplicaSet does not exist', () => {
    assert.throws(() => undoRollout.change(input, [live], reference), {
      code: 'object-not-found',
      message: /ReplicaSet shop\/web-1/,
    });
  });
});

describe('undo-rollout after and applied', () => {
  const after = undoRollout.objectsAfter(input, objects, reference);

  test('the predicted object proves that the step was applied', () => {
    assert.deepEqual(after[0]?.['spec'].template, template('web', 'web:1'));
    assert.equal(undoRollout.isApplied(input, after, reference), true);
    assert.equal(undoRollout.isApplied(input, objects, reference), false);
  });
  test('does not change its arguments', () => {
    assert.deepEqual(live, deployment('web', { release: 2 }));
  });
  test('the annotation alone is no proof: kubectl restores annotations of old ReplicaSets', () => {
    const forged = changed(live, (copy) => (copy.metadata.annotations = written));
    assert.equal(undoRollout.isApplied(input, [forged, ...objects.slice(1)], reference), false);
  });
  test('the template alone is no proof: another client may have restored it', () => {
    const byHand = changed(live, (copy) => (copy.spec.template = template('web', 'web:1')));
    assert.equal(undoRollout.isApplied(input, [byHand, ...objects.slice(1)], reference), false);
  });
  test('the annotation of another step or execution is no proof', () => {
    assert.equal(undoRollout.isApplied(input, after, { ...reference, step: 'do-2' }), false);
    assert.equal(undoRollout.isApplied(input, after, { ...reference, execution: 'exe-2' }), false);
  });
});

describe('undo-rollout undo', () => {
  test('the undo restores the original template', () => {
    const back = undoRollout.undo(input);
    assert.ok('parameters' in back);
    const there = [...undoRollout.objectsAfter(input, objects, reference), objects[2] as KubeObject];
    const [again] = undoRollout.objectsAfter({ namespace, parameters: back.parameters }, there, reference);
    assert.deepEqual(again?.['spec'], live['spec']);
  });
});

describe('undo-rollout precondition', () => {
  const precondition = (...changes: KubeObject[]): string =>
    digestOf(
      undoRollout.preconditionFields(input, [
        ...changes,
        ...objects.filter((o) => !changes.some((c) => c.metadata.name === o.metadata.name)),
      ]),
    );

  test('does not cover status, replicas, annotations and resourceVersion', () => {
    const busy = changed(live, (copy) => {
      copy.status = { observedGeneration: 1, readyReplicas: 0 };
      copy.spec.replicas = 9;
      Object.assign(copy.metadata, { resourceVersion: '101', generation: 3, annotations: { a: 'b' } });
    });
    assert.equal(precondition(busy), precondition());
  });
  const changes: [string, (copy: any) => void][] = [
    ['the template', (copy) => (copy.spec.template.spec.containers[0].image = 'web:3')],
    ['the strategy', (copy) => (copy.spec.strategy = { type: 'Recreate' })],
    ['the selector', (copy) => (copy.spec.selector.matchLabels.x = 'y')],
    ['being paused', (copy) => (copy.spec.paused = true)],
  ];
  for (const [name, change] of changes) {
    test(`${name} is part of it`, () => assert.notEqual(precondition(changed(live, change)), precondition()));
  }
  test('covers the template to restore and the identity of its ReplicaSet', () => {
    const set = objects[1] as KubeObject;
    assert.notEqual(
      precondition(changed(set, (copy) => (copy.spec.template.spec.containers[0].image = 'evil:1'))),
      precondition(),
    );
    assert.notEqual(precondition(changed(set, (copy) => (copy.metadata.uid = 'reborn'))), precondition());
  });
});

describe('undo-rollout refusals', () => {
  test('accepts an earlier ReplicaSet of the Deployment', () =>
    assert.deepEqual(undoRollout.refusals(input, objects), []));
  test('refuses a ReplicaSet of another Deployment', () => {
    const other = { ...input, parameters: { ...input.parameters, toReplicaSet: 'cart-1' } };
    assert.match(
      undoRollout.refusals(other, [...objects, replicaSet('cart', 1, 1)])[0] ?? '',
      /cart-1 does not belong/,
    );
  });
  test('refuses a ReplicaSet whose name, labels or selector the Deployment controller would not make', () => {
    for (const change of [
      (set: KubeObject) => (set.metadata.labels = { app: 'web' }),
      (set: KubeObject) => (set.metadata.labels = { app: 'web', 'pod-template-hash': '9' }),
      (set: KubeObject) => (set['spec'].selector.matchLabels = { app: 'web' }),
      (set: KubeObject) => (set['spec'].template.metadata.labels['pod-template-hash'] = '9'),
    ]) {
      const foreign = objects.map((object) => (object.metadata.name === 'web-1' ? changed(object, change) : object));
      assert.match(undoRollout.refusals(input, foreign)[0] ?? '', /did not make ReplicaSet web-1/);
    }
  });
  test('refuses a Deployment that is paused', () => {
    const paused = changed(live, (copy) => (copy.spec.paused = true));
    assert.match(undoRollout.refusals(input, [paused, ...objects.slice(1)])[0] ?? '', /web is paused/);
  });
});
