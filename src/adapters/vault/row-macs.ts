import type { RowContent, RowMacs } from '../../execution/ports.ts';
import { toBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

const macForm = /^vault:v([1-9][0-9]{0,5}):[A-Za-z0-9+/]+={0,2}$/;

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
      const retired = wellFormed.find((_, index) => isTooOld(results[index]?.error));
      if (retired) throw keyRetired(retired);
      const valid = new Set(wellFormed.filter((_, index) => results[index]?.valid === true));
      return rows.map((row) => valid.has(row));
    },
  };
}

/** The result for one row of a batch. */
interface Result {
  hmac?: unknown;
  valid?: unknown;
  error?: unknown;
}

function inputOf({ table, columns }: RowContent): { input: string } {
  return { input: toBase64(Buffer.from(canonicalJson(['airlock-row/1', table, [...columns]]), 'utf8')) };
}

function resultsOf(answer: unknown, length: number): Result[] {
  const results: unknown = (answer as { data?: { batch_results?: unknown } } | undefined)?.data?.batch_results;
  return Array.isArray(results) && results.length === length ? results : throwUnusable();
}

/** Returns true if Vault refuses the MAC only because of the key's `min_decryption_version`. */
function isTooOld(error: unknown): boolean {
  return typeof error === 'string' && error.includes('version is too old');
}

function keyRetired({ table, mac }: RowContent & { mac: string }): AirlockError {
  const version = macForm.exec(mac)?.[1];
  const message = `a row of the table ${table} has a MAC of version ${version} of the transit key rows, which Vault no longer accepts: lower min_decryption_version of this key to ${version} or less (vault write transit/keys/rows/config min_decryption_version=${version}), then try again`;
  return new AirlockError({ code: 'row-key-retired', message });
}

function throwUnusable(): never {
  const message =
    "Vault did not return a usable answer about the MACs of the gateway's rows: check the transit key rows";
  throw new AirlockError({ code: 'vault-response-invalid', message });
}
