import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { toBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

/**
 * Creates a redactor. `hmac` returns one HMAC for each text. Airlock stores this HMAC in place of a text that may be
 * secret. Vault's transit engine computes the HMACs with the key `redaction`, which never leaves Vault. Each call sends
 * at most one request, and equal texts only once. A result is `v1:<base64>`: the version of the key, and the
 * HMAC-SHA-256.
 */
export function createRedactor(vault: VaultRequester): Redactor {
  return {
    async hmac(texts) {
      const distinct = [...new Set(texts)];
      if (distinct.length === 0) return [];
      const answer = await vault.request('POST', 'transit/hmac/redaction', {
        batch_input: distinct.map((text) => ({ input: toBase64(Buffer.from(text, 'utf8')) })),
      });
      const results: { hmac?: string }[] = answer?.data?.batch_results ?? [];
      const digests = new Map(distinct.map((text, index) => [text, digestOf(results[index]?.hmac)]));
      return texts.map((text) => digests.get(text) as string);
    },
  };
}

/** Returns Vault's `vault:v1:...` without `vault:`. */
function digestOf(hmac: string | undefined): string {
  if (hmac?.startsWith('vault:v')) return hmac.slice('vault:'.length);
  const message = 'Vault returned fewer HMACs than texts: check the transit key redaction';
  throw new AirlockError({ code: 'vault-failed', message });
}
