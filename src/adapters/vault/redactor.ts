import type { Redactor } from '../../domain/ports.ts';
import { AirlockError } from '../../lib/error.ts';
import type { VaultSession } from './session.ts';

/**
 * Redacts through transit's HMAC with the key `redaction`, which never leaves Vault. One request for all texts, each
 * text once. Answers look like `v1:<base64>`: the key's version, and HMAC-SHA-256.
 */
export function createRedactor(vault: Pick<VaultSession, 'request'>): Redactor {
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

/** `vault:v1:...` without the maker's name. */
function digestOf(hmac: string | undefined): string {
  if (hmac?.startsWith('vault:v')) return hmac.slice('vault:'.length);
  const message = 'Vault redacted fewer texts than it was given: check the transit key redaction';
  throw new AirlockError({ code: 'vault-failed', message, next: 'retry' });
}
