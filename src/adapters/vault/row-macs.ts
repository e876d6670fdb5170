import type { RowContent, RowMacs } from '../../execution/ports.ts';
import { toBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

const macForm = /^vault:v[1-9][0-9]{0,5}:[A-Za-z0-9+/]+={0,2}$/;

/**
 * Creates the MACs of the gateway's rows. Vault's transit engine computes and checks them with the key `rows`
 * (HMAC-SHA-256), which never leaves Vault. Only the gateway's Vault policy allows the use of this key. A MAC has
 * Vault's format `vault:v1:<base64>`, where `v1` is the key version. The MAC is computed from the canonical JSON of
 * ['airlock-row/1', table, columns]. Each call sends at most one request.
 */
export function createRowMacs(vault: VaultRequester): RowMacs {
  return {
    async make(rows) {
      if (rows.length === 0) return [];
      const answer = await vault.request('POST', 'transit/hmac/rows', { batch_input: rows.map(inputOf) });
      const results = resultsOf(answer, rows.length);
      return results.map(({ hmac }) => (typeof hmac === 'string' && macForm.test(hmac) ? hmac : throwUnusable()));
    },
    async verify(rows) {
      // Vault answers the whole batch with an error if one MAC is malformed.
      const wellFormed = rows.filter(({ mac }) => macForm.test(mac));
      if (wellFormed.length === 0) return rows.map(() => false);
      const batch = wellFormed.map((row) => ({ ...inputOf(row), hmac: row.mac }));
      const answer = await vault.request('POST', 'transit/verify/rows', { batch_input: batch });
      const results = resultsOf(answer, wellFormed.length);
      const valid = new Set(wellFormed.filter((_, index) => results[index]?.valid === true));
      return rows.map((row) => valid.has(row));
    },
  };
}

function inputOf({ table, columns }: RowContent): { input: string } {
  return { input: toBase64(Buffer.from(canonicalJson(['airlock-row/1', table, [...columns]]), 'utf8')) };
}

function resultsOf(answer: unknown, length: number): { hmac?: unknown; valid?: unknown }[] {
  const results: unknown = (answer as { data?: { batch_results?: unknown } } | undefined)?.data?.batch_results;
  return Array.isArray(results) && results.length === length ? results : throwUnusable();
}

function throwUnusable(): never {
  const message =
    "Vault did not return a usable answer about the MACs of the gateway's rows: check the transit key rows";
  throw new AirlockError({ code: 'vault-response-invalid', message });
}
