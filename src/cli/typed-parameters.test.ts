import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { typedParameters, withNumbers } from './typed-parameters.ts';

describe('parameters that were typed', () => {
  test('OK: taken apart at the first =, whatever the name; numbers where they are expected', () => {
    const typed = typedParameters(['deployment=web', 'to=6', 'constructor=a=b']);
    assert.deepEqual(typed, { deployment: 'web', to: '6', constructor: 'a=b' });
    const given = withNumbers(typed, (name) => name === 'to');
    assert.deepEqual(given, { deployment: 'web', to: 6, constructor: 'a=b' });
    assert.deepEqual(typedParameters([]), {});
  });

  const refusals: [string, string[], RegExp][] = [
    ['no value', ['deployment'], /^--param: expected name=value$/],
    ['no name', ['=x'], /^--param: expected name=value$/],
    ['a name that is no word', ['__proto__=x'], /^--param: expected name=value$/],
    ['an empty value', ['deployment='], /^--param \.deployment: /],
    ['a value with a space', ['deployment=we b'], /^--param \.deployment: expected printable ASCII/],
    ['a value with an escape', ['deployment=a\u001b'], /^--param \.deployment: expected printable ASCII/],
    ['one twice', ['to=6', 'to=7'], /^--param to: is given twice$/],
    ['too many', Array.from({ length: 21 }, (_, index) => `p${index}=1`), /20 parameters at most/],
  ];
  for (const [name, typed, message] of refusals) {
    test(`refused: ${name}`, () => {
      assert.throws(() => typedParameters(typed), { code: 'bad-input', message });
    });
  }
  for (const value of ['many', '6.5', '1e3', '9007199254740993']) {
    test(`refused where a number is expected: ${value}`, () => {
      assert.throws(() => withNumbers({ to: value }, () => true), { code: 'bad-input', message: /^--param to: / });
    });
  }
});
