import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interceptors } from './log-attributes.ts';

describe('log attributes of workflows', () => {
  const next = (input: unknown): unknown => input;

  it('add incident and trace of the input to each log line', async () => {
    const { inbound: [into] = [], outbound: [out] = [] } = interceptors();
    const incident = { id: 'inc-0123456789abcdef', trace: 'a'.repeat(32) };
    assert.deepEqual(out?.getLogAttributes?.({ x: 1 }, next as never), { x: 1 });
    await into?.execute?.({ args: [{ incident }], headers: {} }, next as never);
    const attributes = out?.getLogAttributes?.({ x: 1 }, next as never);
    assert.deepEqual(attributes, { x: 1, incident: incident.id, trace: incident.trace });
  });
});
