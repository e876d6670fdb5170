import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment } from '../../../test/objects.ts';
import { applyChange } from './apply-change.ts';
import type { PatchOperation } from './patch.ts';

const live = deployment('web', { replicas: 2 });
const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const applied = (...patch: PatchOperation[]) => applyChange(live, { object, patch });

describe('applyChange', () => {
  test('adds, replaces and removes members in a copy', () => {
    const changed = applied(
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: '/metadata/annotations/a~1b', value: 'c' },
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'remove', path: '/spec/selector' },
    );
    assert.deepEqual(changed.metadata.annotations, { 'a/b': 'c' });
    assert.equal(changed['spec'].replicas, 3);
    assert.equal('selector' in changed['spec'], false);
    assert.deepEqual(live, deployment('web', { replicas: 2 }));
  });
  test('a test that does not match stops the change, also where the member or its parent is absent', () => {
    applied({ op: 'test', path: '/spec/replicas', value: 2 }, { op: 'test', path: '/spec/paused', value: undefined });
    for (const path of ['/spec/replicas', '/spec/paused', '/nothing/here'])
      assert.throws(() => applied({ op: 'test', path, value: 7 }), {
        code: 'precondition-changed',
        message: new RegExp(`Deployment shop/web .* ${path}: a new plan`),
      });
  });
  test('refuses to write into a list, and below an absent member', () => {
    for (const path of ['/spec/template/spec/containers/0', '/spec/nothing/here'])
      assert.throws(() => applied({ op: 'add', path, value: 1 }), TypeError);
  });
});
