import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { toBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

/**
 * Creates a redactor. Its `hmac` returns one HMAC for each text. Airlock stores this HMAC in place of a text that may
 * be secret. Vault's transit engine computes the HMACs with the key `redaction`. This key never leaves Vault. Each call
 * of `hmac` sends at most one request, with each distinct text once. Each result is the key version and the
 * HMAC-SHA-256, such as `v1:<base64>`.
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
      const hmacs = new Map(distinct.map((text, index) => [text, withoutPrefix(results[index]?.hmac)]));
      return texts.map((text) => hmacs.get(text) as string);
    },
  };
}

/** Returns Vault's `vault:v1:...` without `vault:`. */
function withoutPrefix(hmac: string | undefined): string {
  if (hmac?.startsWith('vault:v')) return hmac.slice('vault:'.length);
  const message = 'Vault did not return a valid HMAC for each text: check the transit key redaction';
  throw new AirlockError({ code: 'vault-failed', message });
}
