import { toBase64 } from '../../lib/base64.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import type { ReportSigner } from '../../observation/ports.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

/**
 * Creates the signer of rehearsal reports. The signer uses the Ed25519 key `report` of Vault's transit engine. Only the
 * Vault policy of `airlock observe` allows signing with this key. A signature has Vault's format `vault:v1:<base64>`,
 * where `v1` is the key version.
 */
export function createReportSigner(vault: VaultRequester): ReportSigner {
  return {
    async sign(statement) {
      const input = toBase64(Buffer.from(canonicalJson(statement), 'utf8'));
      const answer = await vault.request('POST', 'transit/sign/report', { input });
      return answer.data.signature as string;
    },
  };
}
