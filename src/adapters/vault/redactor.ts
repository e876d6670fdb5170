import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

/**
 * Redacts with the transit engine's HMAC under the key `redaction`, which never leaves Vault. One request carries every
 * distinct text. A result is `v1:<base64>`: the key's version and the HMAC-SHA-256.
 */
export function createRedactor(vault: VaultRequester): Redactor {
  return {
    async hmac(texts) {
      const distinct = [...new Set(texts)];
      if (distinct.length === 0) return [];
      const answer = await vault.request('POST', 'transit/hmac/redaction', {
        batch_input: distinct.map((text) => ({ input: Buffer.from(text, 'utf8').toString('base64') })),
      });
      const results: { hmac?: string }[] = answer?.data?.batch_results ?? [];
      const digests = new Map(distinct.map((text, index) => [text, digestOf(results[index]?.hmac)]));
      return texts.map((text) => digests.get(text) as string);
    },
  };
}

/** Vault's `vault:v1:...` without the first part. */
function digestOf(hmac: string | undefined): string {
  if (hmac?.startsWith('vault:v')) return hmac.slice('vault:'.length);
  const message = 'Vault returned fewer HMACs than texts: check the transit key redaction';
  throw new AirlockError({ code: 'vault-failed', message });
}
