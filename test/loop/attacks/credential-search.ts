import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BootedStack } from '../boot-stack.ts';
import { canaryToken, storeCanaryToken, realVaultToken } from './canary-token.ts';
import { accessTokensOf, freshToken } from './forged-decision.ts';
import { repairedIncident } from '../repaired-incident.ts';
import { findCredentials, vaultToken } from './find-credentials.ts';

/** Searches everything that the stack has written for credentials. */
export function credentialSearch(booted: () => BootedStack): void {
  // The second search needs a stored token, which the first must not find: so both are steps of one test.
  test('the stack leaves no credential behind', async (t) => {
    await t.test(
      'no grant, Vault token, access token or refresh token in histories, logs, database or files',
      async () => {
        await repairedIncident(booted()); // its history holds a decision token
        const issued = await accessTokensOf(() => freshToken(booted().client, 'sam'));
        assert.ok(issued.length > 0, 'no access token was issued, so the search would prove nothing');
        const { found, decisionTokens } = await findCredentials(booted(), issued);
        assert.deepEqual(found, []);
        assert.ok(decisionTokens > 0, 'the search misses the decision tokens that histories do hold');
      },
    );

    await t.test('the search finds a canary token in a blob', async () => {
      assert.match(await realVaultToken(booted(), 'reason'), vaultToken);
      await storeCanaryToken(booted());
      const { found } = await findCredentials(booted(), [canaryToken.slice(0, 40)]);
      assert.ok(
        found.some((where) => where.startsWith('PostgreSQL tables: token')),
        'a token in a blob',
      );
      assert.ok(
        found.some((where) => where.includes('an issued access token')),
        'a literal in a blob',
      );
    });
  });
}
