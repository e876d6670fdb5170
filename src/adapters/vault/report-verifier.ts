import { canonicalJson } from '../../lib/json/json.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';
import { parseTransitSignature, readTransitKeys } from './transit-keys.ts';

/**
 * Longest time for which fetched public keys are used, milliseconds. If an operator excludes a key version in Vault
 * (`min_decryption_version`), this process can accept signatures of that version until this time has passed.
 */
const maxKeyAgeMs = 60_000;

/**
 * Creates the verifier of rehearsal reports. The verifier reads the public keys of Vault's transit key `report`, and
 * checks the signatures itself. It does not send the report to Vault. `verify` returns false for a wrong or malformed
 * signature, and for an unknown key version.
 */
export function createReportVerifier(vault: VaultRequester, now: () => number = Date.now): ReportVerifier {
  let keys: { byVersion: Map<string, Uint8Array>; usableUntil: number } = { byVersion: new Map(), usableUntil: 0 };
  return {
    async verify(statement, signature) {
      const parsed = parseTransitSignature(signature);
      if (!parsed) return false;
      if (now() >= keys.usableUntil || !keys.byVersion.has(parsed.version)) {
        keys = { byVersion: await readTransitKeys(vault, 'report'), usableUntil: now() + maxKeyAgeMs };
      }
      const key = keys.byVersion.get(parsed.version);
      if (!key) return false;
      return verifyEd25519(key, Buffer.from(canonicalJson(statement), 'utf8'), parsed.bytes);
    },
  };
}
