import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTokenVerifier } from '../../../src/adapters/oidc/token-verifier.ts';
import { digestOf } from '../../../src/lib/digest.ts';
import { startIssuer } from './issuer.ts';

/** Verifies a token of an issuer with this provider metadata. */
async function verified(metadata: object) {
  await using issuer = await startIssuer(() => new Date(), metadata);
  const { token } = await issuer.decide(digestOf('x'), 'lea');
  return await createTokenVerifier({ issuer: issuer.issuer }).verify(token);
}

for (const types of [['public'], ['pairwise', 'public']]) {
  test(`accepts an issuer with subjects ${types.join(', ')}`, async () => {
    assert.ok('claims' in (await verified({ subject_types_supported: types })));
  });
}

const unfit: [string, object, RegExp][] = [
  [
    'with pairwise subjects only',
    { subject_types_supported: ['pairwise'] },
    /does not support public subject identifiers/,
  ],
  ['without subject_types_supported', { subject_types_supported: undefined }, /is not metadata of an OpenID provider/],
  ['that names another issuer', { issuer: 'https://other.example' }, /names another issuer/],
  ['whose keys are served without TLS', { jwks_uri: 'http://other.example/jwks' }, /jwks_uri that does not use TLS/],
];
for (const [name, metadata, why] of unfit) {
  test(`refuses an issuer ${name}`, async () => {
    await assert.rejects(verified(metadata), { code: 'issuer-invalid', next: 'ask', message: why });
  });
}
