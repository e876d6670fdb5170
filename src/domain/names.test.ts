import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../lib/digest.ts';
import { executionId, incidentId, workflowId } from './names.ts';

describe('ids', () => {
  test('are the same whenever they are derived from the same values', () => {
    assert.equal(workflowId('east', 'g'), workflowId('east', 'g'));
    assert.match(incidentId('east', 'g', '2026-01-01T00:00:00Z'), /^inc-[0-9a-f]{16}$/);
    assert.match(executionId(digestOf(1), 'do'), /^exe-[0-9a-f]{16}$/);
  });
  test('differ if one of the values differs', () => {
    const ids = [
      ...[incidentId('east', 'g', 't'), incidentId('west', 'g', 't'), incidentId('east', 'h', 't')],
      ...[incidentId('east', 'g', 'u'), incidentId('eastg', '', 't')],
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.notEqual(executionId(digestOf(1), 'do'), executionId(digestOf(1), 'undo'));
    assert.notEqual(executionId(digestOf(1), 'do'), executionId(digestOf(2), 'do'));
  });
});
