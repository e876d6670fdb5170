import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutSecrets } from './cut-secrets.ts';
import { createKnownValues } from './known-values.ts';

const value = 'pa"ss wörd/+§1';
const known = createKnownValues([
  { value, what: 'value of env DB' },
  { value: 'tops', what: 'value of env SHORT' },
  { value: 'tops-and-more', what: 'value of env LONG' },
]);
const mark = '[removed: value of env DB]';

test('removes a value, wherever it is', () => {
  assert.equal(cutSecrets(`a${value}b ${value}`, known), `a${mark}b ${mark}`);
  assert.equal(cutSecrets('nothing here', known), 'nothing here');
});

test('removes the longest of several values that begin alike', () => {
  assert.equal(cutSecrets('tops-and-more', known), '[removed: value of env LONG]');
  assert.equal(cutSecrets('tops-and-m', known), '[removed: value of env SHORT]-and-m');
});

test('removes the value in JSON, in URLs and in base64', () => {
  const json = JSON.stringify({ x: value });
  assert.equal(cutSecrets(json, known), `{"x":"${mark}"}`);
  const url = encodeURIComponent(value);
  for (const text of [url, url.replaceAll('%20', '+'), url.toLowerCase()]) {
    assert.equal(cutSecrets(`?q=${text}&r=1`, known), `?q=${mark}&r=1`, text);
  }
  for (const encoding of ['base64', 'base64url'] as const) {
    assert.equal(cutSecrets(Buffer.from(value).toString(encoding), known), mark);
    for (const user of ['a:', 'ab:', 'abc:', 'abcd:']) {
      const encoded = Buffer.from(user + value + user).toString(encoding);
      const rest = cutSecrets(`x ${encoded} y`, known).replace(mark, '');
      // At most two characters before and after the value depend on it in part.
      assert.ok(rest.length <= 2 * user.length * 2 + 8, rest);
      assert.match(cutSecrets(`x ${encoded} y`, known), /\[removed: value of env DB\]/);
    }
  }
});

test('removes the value in the JSON of Go, Python and PHP, which escape other characters', () => {
  const escaped = createKnownValues([{ value: 'Tr0ub&dör/3<x>', what: 'value of env DB' }]);
  for (const text of [
    String.raw`Tr0ub\u0026dör/3\u003cx\u003e`,
    String.raw`Tr0ub&d\u00f6r/3<x>`,
    String.raw`Tr0ub&d\u00f6r\/3<x>`,
  ])
    assert.equal(cutSecrets(`{"x":"${text}"}`, escaped), `{"x":"${mark}"}`);
});

test('removes a value of which a long text contains only the beginning or the end', () => {
  const filler = 'word '.repeat(210);
  assert.equal(cutSecrets(filler + value.slice(0, 7), known), `${filler}${mark}`);
  assert.equal(cutSecrets(value.slice(5) + filler, known), `${mark}${filler}`);
  assert.equal(cutSecrets(`short ${value.slice(0, 7)}`, known), `short ${value.slice(0, 7)}`);
});

test('removes a value that is longer than the longest part', () => {
  const long = Array.from({ length: 900 }, (_, index) => `x${index}`).join('.');
  const cut = cutSecrets(`a ${long} b`, createKnownValues([{ value: long, what: 'value of env LONG' }]));
  assert.match(cut, /^a (?:\[removed: value of env LONG\])+ b$/);
});

test('a value that is part of a mark does not change the mark again', () => {
  const word = createKnownValues([{ value: 'password', what: 'value of env DB_PASSWORD' }]);
  const once = cutSecrets('password=hunter2', word);
  assert.equal(once, '[removed: value of env DB_PASSWORD]=[removed: password]');
  assert.equal(cutSecrets(once, word), once);
});

test('many values with one beginning delay nothing', () => {
  const values = Array.from({ length: 5_000 }, (_, index) => ({
    value: 'a'.repeat(4 + (index % 300)) + index,
    what: 'x',
  }));
  const many = createKnownValues(values);
  const from = performance.now();
  for (let round = 0; round < 20; round += 1) cutSecrets('a'.repeat(16_384), many);
  assert.ok(performance.now() - from < 5_000);
});
