import { canonicalJson } from '../../lib/json/json.ts';
import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';
import { parseTransitSignature, readTransitKeys } from './transit-keys.ts';

/**
 * How long fetched keys are used, milliseconds. If an operator withdraws a key version in Vault, this process still
 * accepts that version for this time.
 */
const keysLastMs = 60_000;

/**
 * Creates a verifier that verifies signatures in this process, with the public keys of the transit key `report`. The
 * verifier does not call `transit/verify`. So the process needs only the right to read public keys, the report stays in
 * the process, and nobody can forge a remote answer `valid: true`.
 */
export function createReportVerifier(vault: VaultRequester, now: () => number = Date.now): ReportVerifier {
  let keys: { byVersion: Map<string, Uint8Array>; until: number } = { byVersion: new Map(), until: 0 };
  return {
    async verify(statement, signature) {
      const parsed = parseTransitSignature(signature);
      if (!parsed) return false;
      if (now() >= keys.until || !keys.byVersion.has(parsed.version)) {
        keys = { byVersion: await readTransitKeys(vault, 'report'), until: now() + keysLastMs };
      }
      const key = keys.byVersion.get(parsed.version);
      if (!key) return false;
      return verifyEd25519(key, Buffer.from(canonicalJson(statement), 'utf8'), parsed.bytes);
    },
  };
}
