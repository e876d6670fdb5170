import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changeLines } from './change-lines.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

describe('changeLines', () => {
  test('lists the leaves that differ, in the order of their paths', () => {
    const before = { spec: { replicas: 3, image: 'web:2', gone: true } };
    const after = { spec: { replicas: 3, image: 'web:1', list: [{ name: 'x' }] } };
    assert.deepEqual(changeLines(object, before, after), [
      { object, path: '/spec/gone', before: 'true', after: null },
      { object, path: '/spec/image', before: 'web:2', after: 'web:1' },
      { object, path: '/spec/list/0/name', before: null, after: 'x' },
    ]);
  });
  test('is empty for equal values', () => {
    assert.deepEqual(changeLines(object, { a: [1, { b: null }] }, { a: [1, { b: null }] }), []);
  });
  test('distinguishes an empty object from an absent one', () => {
    assert.deepEqual(changeLines(object, { a: {} }, {}), [
      { object, path: '', before: null, after: '{}' },
      { object, path: '/a', before: '{}', after: null },
    ]);
  });
  test('cuts no value and no list', () => {
    const long = 'x'.repeat(9_000);
    const labels = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`l${index}`, 'v']));
    const lines = changeLines(object, { a: `${long}1`, labels: { gone: '' } }, { a: `${long}2`, labels });
    assert.equal(lines.length, 702);
    assert.deepEqual([lines[0]?.before, lines[0]?.after], [`${long}1`, `${long}2`]);
  });
  test('two different values never have the same text', () => {
    const values = [80, '80', '"80"', true, 'true', null, 'null', {}, '{}', [], '[]', '', ' ', 'a', 'a ', ' a', '"a "'];
    const texts = values.map((value) => changeLines(object, {}, { a: value }).at(-1)?.after);
    assert.equal(new Set(texts).size, values.length);
  });
  test('puts the fields of the pod spec first, the image before all others', () => {
    const template = (image: string, value: string) => ({
      metadata: { labels: { a: value } },
      spec: { containers: [{ args: [value], env: [{ name: 'A', value }], image }], hostNetwork: value === 'y' },
    });
    const [before, after] = [
      { spec: { replicas: 1, template: template('web:1', 'x') } },
      { spec: { replicas: 2, template: template('web:2', 'y') } },
    ];
    const container = '/spec/template/spec/containers/0';
    assert.deepEqual(
      changeLines(object, before, after).map(({ path }) => path),
      [
        `${container}/image`,
        `${container}/args/0`,
        '/spec/template/spec/hostNetwork',
        `${container}/env/0/value`,
        '/spec/replicas',
        '/spec/template/metadata/labels/a',
      ],
    );
  });
});
