import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insecureIn, workerIdentity } from './worker-identity.ts';

test('the identity has the addresses without TLS, and nothing more without any', () => {
  const insecure = ['vault http://vault.example:8200', 'opa http://opa insecure.example'];
  assert.deepEqual(insecureIn(workerIdentity(insecure)), insecure.slice(0, 2));
  assert.match(workerIdentity([]), /^\d+@[^ ]+$/);
  assert.deepEqual(insecureIn(workerIdentity([])), []);
});

test('a malformed or very long list of somebody else has no addresses', () => {
  for (const list of ['[', '{}', '[1]', JSON.stringify(['x'.repeat(201)]), JSON.stringify(Array(21).fill('x'))])
    assert.deepEqual(insecureIn(`1@host insecure ${list}`), []);
});
