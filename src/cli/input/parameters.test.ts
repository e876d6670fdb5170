import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { invalidParameter, splitParameters, convertIntegers } from './parameters.ts';

describe('typed parameters', () => {
  test('accepts name=value, split at the first =, with numbers where integers are expected', () => {
    const typed = splitParameters(['deployment=web', 'to=6', 'constructor=a=b']);
    assert.deepEqual(typed, { deployment: 'web', to: '6', constructor: 'a=b' });
    const given = convertIntegers(typed, (name) => name === 'to');
    assert.deepEqual(given, { deployment: 'web', to: 6, constructor: 'a=b' });
    assert.deepEqual(splitParameters([]), {});
  });

  const refusals: [string, string[], RegExp][] = [
    ['no value', ['deployment'], /^--param: expected name=value, with a name such as replicas$/],
    ['no name', ['=x'], /^--param: expected name=value, with a name such as replicas$/],
    ['a name that is not a word', ['__proto__=x'], /^--param: expected name=value, with a name such as replicas$/],
    ['an empty value', ['deployment='], /^--param deployment: /],
    ['a value with a space', ['deployment=we b'], /^--param deployment: expected printable ASCII/],
    ['a value with an escape', ['deployment=a\u001b'], /^--param deployment: expected printable ASCII/],
    ['a name given twice', ['to=6', 'to=7'], /^--param to: is given twice: give each parameter only once$/],
    ['too many', Array.from({ length: 21 }, (_, index) => `p${index}=1`), /20 parameters at most/],
  ];
  for (const [name, typed, message] of refusals) {
    test(`refused: ${name}`, () => {
      assert.throws(() => splitParameters(typed), { code: 'bad-input', message });
    });
  }
  for (const value of ['many', '6.5', '1e3', '9007199254740993']) {
    test(`refused where an integer is expected: ${value}`, () => {
      assert.throws(() => convertIntegers({ to: value }, () => true), { code: 'bad-input', message: /^--param to: / });
    });
  }

  test('an error of a schema names the parameter as it was typed', () => {
    const schema = z.strictObject({ deployment: z.string(), to: z.int('expected an integer') });
    const messageOf = (typed: object): string => {
      const parsed = schema.safeParse(typed);
      assert.ok(parsed.error);
      return invalidParameter(parsed.error, typed as Record<string, unknown>).message;
    };
    assert.equal(messageOf({ deployment: 'web', to: 'x' }), '--param to: expected an integer');
    assert.equal(messageOf({ to: 1 }), '--param deployment: is missing');
    assert.match(messageOf({ deployment: 'web', to: 1, more: 1 }), /^--param: /);
  });
});
