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

test('a refusal that quotes a value says what was refused, without the value', () => {
  const invalid =
    'Deployment.apps "web" is invalid: spec.template.spec.containers[0].env[2].value: Invalid value: "hunter2"';
  const { message, code } = refusal(answer(invalid), 'patch Deployment shop/web');
  assert.equal(code, 'kubernetes-invalid');
  assert.match(message, /Deployment.apps "web" is invalid: .*Invalid value: "\[removed: secret\]"/);
  const longest = `${'x'.repeat(480)} token=${'s'.repeat(100)}`;
  assert.doesNotMatch(refusal(answer(longest), 'patch Deployment shop/web').message, /=s/);
});
