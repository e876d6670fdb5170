import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aboutOf } from './log-context.ts';

describe('aboutOf', () => {
  const about = { incident: 'inc-0123456789abcdef', trace: 'a'.repeat(32) };

  it('OK: an incident with its trace, or both side by side', () => {
    assert.deepEqual(aboutOf({ incident: { id: about.incident, trace: about.trace, cluster: 'east' } }), about);
    assert.deepEqual(aboutOf({ ...about, decision: {} }), about);
  });

  const others = [undefined, null, 7, 'inc', [], {}, { incident: null }, { incident: 'x' }, { incident: { id: 1 } }];
  for (const input of [...others, { ...about, trace: 'a'.repeat(201) }]) {
    it(`nothing: ${JSON.stringify(input)?.slice(0, 60)}`, () => assert.equal(aboutOf(input), undefined));
  }
});
