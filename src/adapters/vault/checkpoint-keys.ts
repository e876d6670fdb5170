import { journalOrigin } from '../../tlog/checkpoint.ts';
import { AirlockError } from '../../lib/error.ts';
import { signedNote, type NoteKey } from '../../tlog/note.ts';
import type { CheckpointSigner } from '../../execution/ports.ts';
import type { VaultSession } from './session.ts';
import { parseTransitSignature, readTransitKeys } from './transit-keys.ts';

/** Public keys of transit's `checkpoint`: every version that Vault still stands by. */
export async function readCheckpointKeys(vault: Pick<VaultSession, 'request'>): Promise<NoteKey[]> {
  const keys = await readTransitKeys(vault, 'checkpoint');
  return [...keys.values()].map((publicKey) => ({ name: journalOrigin, publicKey }));
}

/** Signs with transit's Ed25519 key `checkpoint`; only the gateway's policy has that path. */
export function createCheckpointSigner(vault: Pick<VaultSession, 'request'>): CheckpointSigner {
  return {
    keys: () => readCheckpointKeys(vault),
    async sign(text) {
      const input = Buffer.from(text, 'utf8').toString('base64');
      const answer = await vault.request('POST', 'transit/sign/checkpoint', { input });
      const signature = parseTransitSignature(String(answer.data.signature));
      const publicKey = signature && (await readTransitKeys(vault, 'checkpoint')).get(signature.version);
      if (!signature || !publicKey) throw strange();
      return signedNote(text, { name: journalOrigin, publicKey }, signature.bytes);
    },
  };
}

function strange(): AirlockError {
  const message = 'Vault signed a checkpoint with a key that it does not tell of: check the transit key `checkpoint`';
  return new AirlockError({ code: 'vault-failed', message, next: 'ask' });
}
