import { journalOrigin } from '../../tlog/checkpoint.ts';
import { toBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import { signedNote, type NoteKey } from '../../tlog/note.ts';
import type { CheckpointSigner } from '../../execution/checkpoints/ports.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';
import { parseTransitSignature, readTransitKeys } from './transit-keys.ts';

/**
 * Reads the public keys of Vault's transit key `checkpoint`: one for each key version whose signatures Vault still
 * verifies.
 */
export async function readCheckpointKeys(vault: VaultRequester): Promise<NoteKey[]> {
  const keys = await readTransitKeys(vault, 'checkpoint');
  return [...keys.values()].map((publicKey) => ({ name: journalOrigin, publicKey }));
}

/**
 * Creates the signer of checkpoints (size and root hash of the journal's Merkle tree). The signer uses the Ed25519 key
 * `checkpoint` of Vault's transit engine. Only the gateway's Vault policy allows signing with this key.
 */
export function createCheckpointSigner(vault: VaultRequester): CheckpointSigner {
  return {
    keys: () => readCheckpointKeys(vault),
    async sign(text) {
      const input = toBase64(Buffer.from(text, 'utf8'));
      const answer = await vault.request('POST', 'transit/sign/checkpoint', { input });
      const signature = parseTransitSignature(String(answer.data.signature));
      const publicKey = signature && (await readTransitKeys(vault, 'checkpoint')).get(signature.version);
      if (!signature || !publicKey) throw unusableSignature();
      return signedNote(text, { name: journalOrigin, publicKey }, signature.bytes);
    },
  };
}

function unusableSignature(): AirlockError {
  const message =
    "Vault's signature of a checkpoint is malformed or has an unknown key version: check the transit key checkpoint";
  return new AirlockError({ code: 'vault-response-invalid', message });
}
