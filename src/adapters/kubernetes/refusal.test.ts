import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal } from './refusal.ts';

const answer = (message: string) => ({ status: 422, headers: {}, text: JSON.stringify({ message }) });

test('a message of megabytes does not block the process', () => {
  // Matching the whole text would take hours, because every start of the expression would search for its end.
  const hostile = "ValidatingAdmissionPolicy '".repeat(200_000);
  assert.equal(refusal(answer(hostile), 'patch Deployment shop/web').code, 'kubernetes-invalid');
});

test('the beginning of a long message still decides', () => {
  const denied = `ValidatingAdmissionPolicy 'airlock-limits' denied request: ${'x'.repeat(1_000_000)}`;
  assert.equal(refusal(answer(denied), 'patch Deployment shop/web').code, 'kubernetes-forbidden');
});
