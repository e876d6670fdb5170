import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../domain/json.ts';
import type { ReportVerifier } from '../../domain/ports.ts';
import type { VaultSession } from './session.ts';

/** How long fetched keys count; a key version that Vault's owner withdrew is believed this much longer, at most. */
const keysLastMs = 60_000;
const form = /^vault:v([1-9][0-9]{0,5}):([A-Za-z0-9+/]{86}==)$/;

/**
 * Verifies with the public keys of transit's `report`, here and not by `transit/verify`: the identity needs no more than
 * to read public keys, what is verified never leaves the process, and nothing hangs on a remote `valid: true`.
 */
export function createReportVerifier(
  vault: Pick<VaultSession, 'request'>,
  now: () => number = Date.now,
): ReportVerifier {
  let keys: { byVersion: Map<string, KeyObject>; until: number } = { byVersion: new Map(), until: 0 };
  return {
    async verify(statement, signature) {
      const [, version, bytes] = form.exec(signature) ?? [];
      if (version === undefined || bytes === undefined) return false;
      if (now() >= keys.until || !keys.byVersion.has(version)) {
        keys = { byVersion: await fetchKeys(vault), until: now() + keysLastMs };
      }
      const key = keys.byVersion.get(version);
      if (!key) return false;
      return verify(null, Buffer.from(canonicalJson(statement), 'utf8'), key, Buffer.from(bytes, 'base64'));
    },
  };
}

/** Public keys by version. Vault leaves out those below its `min_decryption_version`. */
async function fetchKeys(vault: Pick<VaultSession, 'request'>): Promise<Map<string, KeyObject>> {
  const answer = await vault.request('GET', 'transit/keys/report');
  const keys = Object.entries((answer?.data?.keys ?? {}) as Record<string, { public_key: string }>);
  return new Map(keys.map(([version, { public_key }]) => [version, publicKey(public_key)]));
}

/** An Ed25519 key (RFC 8037) from its 32 bytes in base64. */
function publicKey(base64: string): KeyObject {
  const x = Buffer.from(base64, 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
