import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiptsOf } from './receipts.ts';
import type { Receipt } from './execution.ts';

const entry = (step: string, state: Receipt['state'], resourceVersion: string): Receipt => {
  return { step, state, resourceVersion, at: '2026-11-21T12:00:00.000Z' };
};

test('a step has its applied entry, or its latest intended entry, in the order in which the steps began', () => {
  const entries = [
    entry('do-2', 'intended', '1'),
    entry('do-1', 'intended', '5'),
    entry('do-2', 'applied', '2'),
    entry('do-1', 'intended', '6'),
    entry('do-2', 'intended', '3'),
  ];
  assert.deepEqual(receiptsOf(entries), [entry('do-2', 'applied', '2'), entry('do-1', 'intended', '6')]);
  assert.deepEqual(receiptsOf([]), []);
});
