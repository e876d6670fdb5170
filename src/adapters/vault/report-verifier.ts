import { canonicalJson } from '../../lib/json.ts';
import type { ReportVerifier } from '../../domain/ports.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { VaultSession } from './session.ts';
import { parseTransitSignature, readTransitKeys } from './transit-keys.ts';

/** How long fetched keys count; a key version that Vault's owner withdrew is believed this much longer, at most. */
const keysLastMs = 60_000;

/**
 * Verifies with the public keys of transit's `report`, here and not by `transit/verify`: the identity needs no more than
 * to read public keys, what is verified never leaves the process, and nothing hangs on a remote `valid: true`.
 */
export function createReportVerifier(
  vault: Pick<VaultSession, 'request'>,
  now: () => number = Date.now,
): ReportVerifier {
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
