import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesSelector, type LabelSelector } from './label-selector.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', labels: { app: 'web', tier: 'front' } } };

const cases: [string, LabelSelector | undefined, boolean][] = [
  ['no selector', undefined, false],
  ['an empty selector', {}, true],
  ['equal labels', { matchLabels: { app: 'web', tier: 'front' } }, true],
  ['one label that differs', { matchLabels: { app: 'web', tier: 'back' } }, false],
  ['In with its value', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, true],
  ['In without its value', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api'] }] }, false],
  ['In on an absent label', { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, false],
  ['NotIn with its value', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
  ['NotIn on an absent label', { matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, true],
  ['Exists', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
  ['Exists on an absent label', { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, false],
  ['DoesNotExist', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
  ['DoesNotExist on an absent label', { matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, true],
  [
    'labels that match and an expression that does not',
    { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
    false,
  ],
];
for (const [name, selector, expected] of cases) {
  test(`${expected ? 'selects' : 'does not select'} with ${name}`, () => {
    assert.equal(matchesSelector(selector, pod), expected);
  });
}

test('an object without labels matches an empty selector only', () => {
  const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare' } };
  assert.equal(matchesSelector({}, bare), true);
  assert.equal(matchesSelector({ matchLabels: { app: 'web' } }, bare), false);
});
