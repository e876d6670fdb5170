import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { logContextOf } from './log-context.ts';

describe('logContextOf', () => {
  const context = { incident: 'inc-0123456789abcdef', trace: 'a'.repeat(32) };

  it('reads an incident with its trace, or both side by side', () => {
    assert.deepEqual(
      logContextOf({ incident: { id: context.incident, trace: context.trace, cluster: 'east' } }),
      context,
    );
    assert.deepEqual(logContextOf({ ...context, decision: {} }), context);
  });

  const others = [undefined, null, 7, 'inc', [], {}, { incident: null }, { incident: 'x' }, { incident: { id: 1 } }];
  for (const input of [...others, { ...context, trace: 'a'.repeat(201) }]) {
    it(`is undefined for ${JSON.stringify(input)?.slice(0, 60)}`, () => assert.equal(logContextOf(input), undefined));
  }
});
