import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson, sameJson } from './json.ts';

describe('canonicalJson', () => {
  test('serialises the example of RFC 8785, section 3.2.2', () => {
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

  test('sorts keys by UTF-16 code units (RFC 8785, section 3.2.3)', () => {
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

  test('ignores the order of members and keeps the order of elements', () => {
    assert.equal(canonicalJson({ a: 1, b: { d: 2, c: 3 } }), canonicalJson({ b: { c: 3, d: 2 }, a: 1 }));
    assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
  });

  test('leaves out members that are undefined', () => {
    assert.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
  });

  test('serialises minus zero as zero', () => {
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
  test('is true for equal values with another order of members', () => {
    assert.equal(sameJson({ a: [1], b: null }, { b: null, a: [1] }), true);
  });
  test('undefined equals only undefined', () => {
    assert.equal(sameJson(undefined, undefined), true);
    assert.equal(sameJson(undefined, null), false);
  });
  test('a string does not equal a number', () => {
    assert.equal(sameJson('1', 1), false);
  });
});
