import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInvalidToken, vaultError } from './vault-error.ts';

const cases: [string, number, string[], string, string][] = [
  ['a policy that lacks the right', 403, ['1 error occurred:\n\t* permission denied\n\n'], 'vault-denied', 'stop'],
  ['a bad request', 400, ['missing batch input to process'], 'vault-refused', 'stop'],
  [
    'the target’s RBAC',
    500,
    ['failed to create Role: roles.rbac.authorization.k8s.io "x" is forbidden: user "m" (groups=[]) is attempting'],
    'vault-refused',
    'stop',
  ],
  [
    'the target’s admission',
    500,
    ["ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no"],
    'vault-refused',
    'stop',
  ],
  ['a sealed Vault', 503, ['Vault is sealed'], 'vault-unavailable', 'retry'],
  ['a standby', 473, [], 'vault-unavailable', 'retry'],
  ['a standby that redirects', 307, [], 'vault-unavailable', 'retry'],
  ['Vault’s own fault', 500, ['internal error'], 'vault-failed', 'retry'],
];
for (const [name, status, errors, code, next] of cases) {
  test(`${name}: ${code}, ${next}`, () => {
    const error = vaultError('PUT x', { status, errors });
    assert.deepEqual([error.code, error.next], [code, next]);
    assert.match(error.message, /^PUT x: Vault answered /);
    assert.doesNotMatch(error.message, /[\n\t]/);
  });
}

test('tells a token that is not valid from a policy that lacks the right', () => {
  assert.equal(
    isInvalidToken({ status: 403, errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token'] }),
    true,
  );
  assert.equal(isInvalidToken({ status: 403, errors: ['1 error occurred:\n\t* permission denied'] }), false);
  assert.equal(isInvalidToken({ status: 400, errors: ['invalid token'] }), false);
});

test('a reason that quotes a connection loses its password in message and details', () => {
  const reason = 'failed to connect to postgres://vault:hunter2@db:5432/shop: connection refused';
  const { message, details } = vaultError('POST a', { status: 500, errors: [reason] });
  assert.match(message, /postgres:\/\/vault:\[removed: password\]@db:5432\/shop: connection refused/);
  assert.doesNotMatch(JSON.stringify([message, details]), /hunter2/);
});
