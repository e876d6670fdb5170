import { journalOrigin } from '../../tlog/checkpoint.ts';
import { toBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import { signedNote, type NoteKey } from '../../tlog/note.ts';
import type { CheckpointSigner } from '../../execution/ports.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';
import { parseTransitSignature, readTransitKeys } from './transit-keys.ts';

/** Reads the public keys of the transit key `checkpoint`, one for each version that Vault still accepts. */
export async function readCheckpointKeys(vault: VaultRequester): Promise<NoteKey[]> {
  const keys = await readTransitKeys(vault, 'checkpoint');
  return [...keys.values()].map((publicKey) => ({ name: journalOrigin, publicKey }));
}

/**
 * Creates the signer of checkpoints (size and root hash of the journal's Merkle tree). The signer uses the Ed25519 key
 * `checkpoint` of Vault's transit engine. Only the gateway's Vault policy allows this.
 */
export function createCheckpointSigner(vault: VaultRequester): CheckpointSigner {
  return {
    keys: () => readCheckpointKeys(vault),
    async sign(text) {
      const input = toBase64(Buffer.from(text, 'utf8'));
      const answer = await vault.request('POST', 'transit/sign/checkpoint', { input });
      const signature = parseTransitSignature(String(answer.data.signature));
      const publicKey = signature && (await readTransitKeys(vault, 'checkpoint')).get(signature.version);
      if (!signature || !publicKey) throw unknownKeyVersion();
      return signedNote(text, { name: journalOrigin, publicKey }, signature.bytes);
    },
  };
}

function unknownKeyVersion(): AirlockError {
  const message =
    'Vault signed a checkpoint with a key version whose public key it does not publish: check the transit key checkpoint';
  return new AirlockError({ code: 'vault-response-invalid', message });
}
