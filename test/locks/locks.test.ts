import { test } from 'node:test';
import { bootBed } from './bed.ts';
import { grantCases } from './grants.ts';

test('the locks of one target, with a real Vault and a real API server', async (t) => {
  await using bed = await bootBed();
  await t.test('grants', (t) => grantCases(t, bed));
});
