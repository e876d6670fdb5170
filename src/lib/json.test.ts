import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson, sameJson } from './json.ts';

describe('canonicalJson', () => {
  test('OK: the example of RFC 8785, section 3.2.2', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\u000aA\'B"\\\\"/',
      literals: [null, true, false],
    };
    const expected =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    assert.equal(canonicalJson(value), expected);
  });

  test('OK: keys are sorted by UTF-16 code units (RFC 8785, section 3.2.3)', () => {
    const value = {
      '€': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      ö: 'Latin Small Letter O With Diaeresis',
    };
    const order = [...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map(([, name]) => name);
    assert.deepEqual(order, [
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test('OK: the order in which members were set does not matter, that of elements does', () => {
    assert.equal(canonicalJson({ a: 1, b: { d: 2, c: 3 } }), canonicalJson({ b: { c: 3, d: 2 }, a: 1 }));
    assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
  });

  test('OK: a member that is undefined is left out', () => {
    assert.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
  });

  test('OK: minus zero is zero', () => {
    assert.equal(canonicalJson(-0), '0');
  });

  for (const [name, value] of Object.entries({
    NaN,
    infinity: Infinity,
    'a function': () => 0,
    'a bigint': 1n,
    'a symbol': Symbol('x'),
    undefined,
    'an array with undefined': [undefined],
    'an array with a hole': [1, , 2],
  })) {
    test(`refuses ${name}`, () => {
      assert.throws(() => canonicalJson(value), TypeError);
    });
  }
});

describe('sameJson', () => {
  test('OK: equal values in another order', () => {
    assert.equal(sameJson({ a: [1], b: null }, { b: null, a: [1] }), true);
  });
  test('nothing is like undefined but undefined', () => {
    assert.equal(sameJson(undefined, undefined), true);
    assert.equal(sameJson(undefined, null), false);
  });
  test('a text is not a number', () => {
    assert.equal(sameJson('1', 1), false);
  });
});
