import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BootedStack } from './boot-stack.ts';
import { canary, hideCanary, trueVaultToken } from './canary.ts';
import { accessTokensOf, freshProof } from './forged-decision.ts';
import { leaks, vaultToken } from './leaks.ts';

/** What a stack has written down when everything is over. */
export function leftovers(booted: () => BootedStack): void {
  describe('what is left behind', () => {
    test('no grant, Vault token, access or refresh token in history, logs, database or on disk', async () => {
      const issued = await accessTokensOf(() => freshProof(booted().stage, 'sam'));
      assert.ok(issued.length > 0, 'no access token was issued: there would be nothing to look for');
      const { found, decisionTokens } = await leaks(booted(), issued);
      assert.deepEqual(found, []);
      assert.ok(decisionTokens > 0, 'the search does not even find what must be there');
    });

    test('and the search would find them', async () => {
      assert.match(await trueVaultToken(booted(), 'reason'), vaultToken);
      await hideCanary(booted());
      const { found } = await leaks(booted(), [canary.slice(0, 40)]);
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
