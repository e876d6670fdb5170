import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { phaseOf, phasesSchema } from './phase.ts';

const playbookDigest = `sha256:${'1'.repeat(64)}` as const;
const pinned = { playbook: 'add-capacity', playbookDigest };
const scope = { ...pinned, cluster: 'east', namespaceClass: 'standard' };

describe('phaseOf', () => {
  test('is the default if no entry matches', () => {
    const phases = phasesSchema.parse({ default: 'limited', scopes: [{ cluster: 'west', phase: 'shadow' }] });
    assert.equal(phaseOf(phases, scope), 'limited');
  });
  test('is that of the first entry that matches, also if a later one is more specific', () => {
    const scopes = [
      { cluster: 'east', phase: 'assist' },
      { cluster: 'east', ...pinned, phase: 'autonomous' },
    ];
    assert.equal(phaseOf(phasesSchema.parse({ default: 'shadow', scopes }), scope), 'assist');
  });
  test('is autonomous for the pinned playbook, and the default once its bytes change', () => {
    const phases = phasesSchema.parse({ default: 'limited', scopes: [{ ...pinned, phase: 'autonomous' }] });
    assert.equal(phaseOf(phases, scope), 'autonomous');
    assert.equal(phaseOf(phases, { ...scope, playbookDigest: `sha256:${'2'.repeat(64)}` }), 'limited');
  });
  for (const field of ['playbook', 'cluster', 'namespaceClass'] as const) {
    test(`ignores an entry for another ${field}`, () => {
      const entry = { ...scope, [field]: 'another', phase: 'autonomous' };
      assert.equal(phaseOf(phasesSchema.parse({ default: 'shadow', scopes: [entry] }), scope), 'shadow');
    });
  }
  test('is that of an entry without fields, which matches everything', () => {
    assert.equal(phaseOf(phasesSchema.parse({ default: 'limited', scopes: [{ phase: 'shadow' }] }), scope), 'shadow');
  });
});

describe('phasesSchema', () => {
  const entry = (scope: object): unknown => ({ default: 'limited', scopes: [scope] });
  const refusals: [string, unknown, string][] = [
    ['no default', {}, 'default'],
    ['a phase that does not exist', { default: 'trusted' }, 'default'],
    ['autonomous as the default', { default: 'autonomous' }, 'default'],
    ['autonomous for every playbook', entry({ playbookDigest, phase: 'autonomous' }), 'scopes.0.playbook'],
    [
      'autonomous for a name without a digest',
      entry({ playbook: 'x', cluster: 'east', phase: 'autonomous' }),
      'scopes.0.playbookDigest',
    ],
    ['a malformed digest', entry({ playbookDigest: 'x', phase: 'limited' }), 'scopes.0.playbookDigest'],
    ['a misspelt field, which would match everything', entry({ clustr: 'x', phase: 'limited' }), 'scopes.0'],
  ];
  for (const [name, value, field] of refusals) {
    test(`refuses ${name}`, () => {
      const { error } = phasesSchema.safeParse(value);
      assert.equal(error?.issues[0]?.path.join('.'), field);
    });
  }
});
