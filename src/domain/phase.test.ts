import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { phaseOf, phasesSchema } from './phase.ts';

const scope = { playbook: 'add-capacity', cluster: 'east', namespaceClass: 'standard' };

describe('phaseOf', () => {
  test('OK: the default where nothing matches', () => {
    const phases = phasesSchema.parse({ default: 'limited', scopes: [{ cluster: 'west', phase: 'shadow' }] });
    assert.equal(phaseOf(phases, scope), 'limited');
  });
  test('OK: the first entry that matches counts, also when a later one says more', () => {
    const scopes = [
      { cluster: 'east', phase: 'assist' },
      { cluster: 'east', playbook: 'add-capacity', phase: 'autonomous' },
    ];
    assert.equal(phaseOf(phasesSchema.parse({ default: 'shadow', scopes }), scope), 'assist');
  });
  for (const field of ['playbook', 'cluster', 'namespaceClass'] as const) {
    test(`an entry for another ${field} does not match`, () => {
      const entry = { ...scope, [field]: 'another', phase: 'autonomous' };
      assert.equal(phaseOf(phasesSchema.parse({ default: 'shadow', scopes: [entry] }), scope), 'shadow');
    });
  }
  test('OK: an entry that names nothing matches everything', () => {
    assert.equal(phaseOf(phasesSchema.parse({ default: 'limited', scopes: [{ phase: 'shadow' }] }), scope), 'shadow');
  });
});

describe('phasesSchema', () => {
  const refusals: [string, unknown][] = [
    ['no default', {}],
    ['a phase that does not exist', { default: 'trusted' }],
    [
      'a misspelt field of an entry, which would match everything',
      { default: 'limited', scopes: [{ clustr: 'x', phase: 'autonomous' }] },
    ],
  ];
  for (const [name, value] of refusals) {
    test(`refuses ${name}`, () => {
      assert.equal(phasesSchema.safeParse(value).success, false);
    });
  }
});
