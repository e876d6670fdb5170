import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStepUp, stepUpTermsSchema } from './step-up.ts';

const stepUp = { low: {}, medium: { acr: ['gold', 'silver'] }, high: { acr: ['gold'], amr: ['pwd', 'otp'] } };
const subject = 'lea';

test('demands nothing where nothing is configured', () => {
  assert.equal(checkStepUp({ subject, acr: undefined, amr: undefined }, 'low', stepUp), undefined);
});

test('demands one of the acr values and all of the amr values', () => {
  assert.equal(checkStepUp({ subject, acr: 'silver' }, 'medium', stepUp), undefined);
  assert.equal(checkStepUp({ subject, acr: 'gold', amr: ['mfa', 'otp', 'pwd'] }, 'high', stepUp), undefined);
  assert.match(
    checkStepUp({ subject, acr: 'bronze' }, 'medium', stepUp) ?? '',
    /tier medium: .* acr bronze, .* gold or silver/,
  );
  assert.match(checkStepUp({ subject }, 'medium', stepUp) ?? '', /acr none/);
  assert.match(checkStepUp({ subject, acr: 'silver', amr: ['pwd', 'otp'] }, 'high', stepUp) ?? '', /acr silver/);
  assert.match(checkStepUp({ subject, acr: 'gold', amr: ['pwd'] }, 'high', stepUp) ?? '', /amr pwd, .* also otp/);
  assert.match(checkStepUp({ subject, acr: 'gold' }, 'high', stepUp) ?? '', /amr none, .* also pwd, otp/);
});

test('refuses a configuration with an empty list or a value with a space', () => {
  for (const terms of [{ acr: [] }, { amr: [] }, { acr: ['two words'] }, { mfa: true }])
    assert.ok(!stepUpTermsSchema.safeParse(terms).success);
});
