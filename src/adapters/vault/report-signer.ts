import { canonicalJson } from '../../lib/json.ts';
import type { ReportSigner } from '../../observation/ports.ts';
import type { VaultSession } from './session.ts';

/** Signs with transit's Ed25519 key `report`; only the observer's policy has that path. */
export function createReportSigner(vault: Pick<VaultSession, 'request'>): ReportSigner {
  return {
    async sign(statement) {
      const input = Buffer.from(canonicalJson(statement), 'utf8').toString('base64');
      const answer = await vault.request('POST', 'transit/sign/report', { input });
      return answer.data.signature as string;
    },
  };
}
