import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denialSentences } from './denial-sentences.ts';

test('leaves out a sentence that another one contains, and keeps the others in their order', () => {
  const failed = { rule: 'check-failed', sentence: 'no node for 2 pods (failed check: scheduled)' };
  const unsafe = { rule: 'rehearsal-not-safe', sentence: `the rehearsal is unsafe: ${failed.sentence}` };
  const isProtected = { rule: 'protected-namespace', sentence: 'namespace airlock-system is protected' };
  assert.deepEqual(denialSentences({ reasons: [failed, isProtected, unsafe] }), [
    isProtected.sentence,
    unsafe.sentence,
  ]);
});

test('keeps one of two equal sentences', () => {
  const reason = { rule: 'a', sentence: 'namespace airlock-system is protected' };
  assert.deepEqual(denialSentences({ reasons: [reason, { ...reason, rule: 'b' }] }), [reason.sentence]);
});
