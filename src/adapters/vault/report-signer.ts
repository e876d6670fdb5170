import { canonicalJson } from '../../lib/json.ts';
import type { ReportSigner } from '../../observation/ports.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

/** Signs with the transit engine's Ed25519 key `report`; only the Vault policy of `observe` allows that path. */
export function createReportSigner(vault: VaultRequester): ReportSigner {
  return {
    async sign(statement) {
      const input = Buffer.from(canonicalJson(statement), 'utf8').toString('base64');
      const answer = await vault.request('POST', 'transit/sign/report', { input });
      return answer.data.signature as string;
    },
  };
}
