import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProofVerifier } from '../../src/adapters/oidc/proof-verifier.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { startIssuer } from './issuer.ts';

/** Verifies a proof of an issuer that says this of itself. */
async function verified(metadata: object) {
  await using issuer = await startIssuer(() => new Date(), metadata);
  const { proof } = await issuer.decide(digestOf('x'), 'lea');
  return await createProofVerifier({ issuer: issuer.issuer }).verify(proof);
}

for (const types of [['public'], ['pairwise', 'public']]) {
  test(`OK: an issuer with subjects ${types.join(', ')}`, async () => {
    assert.ok('claims' in (await verified({ subject_types_supported: types })));
  });
}

const unfit: [string, object, RegExp][] = [
  ['whose people have another name at each client', { subject_types_supported: ['pairwise'] }, /no public subjects/],
  ['that does not say which subjects it has', { subject_types_supported: undefined }, /is no provider metadata/],
  ['that names another', { issuer: 'https://other.example' }, /names another issuer/],
  ['whose keys come without TLS', { jwks_uri: 'http://other.example/jwks' }, /without TLS/],
];
for (const [name, metadata, why] of unfit) {
  test(`refused: an issuer ${name}`, async () => {
    await assert.rejects(verified(metadata), { code: 'issuer-invalid', next: 'ask', message: why });
  });
}
