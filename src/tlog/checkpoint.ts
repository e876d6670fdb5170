import { fromBase64, toBase64 } from '../lib/base64.ts';
import { hashBytes } from './merkle.ts';
import { openNote, type NoteKey, type VerifySignature } from './note.ts';
import { refused } from '../lib/error.ts';

/**
 * The first line of every checkpoint (the "origin"), and the name of the key that signs checkpoints. This text is the
 * same in every installation. Only the key tells the journals of two installations apart.
 */
export const journalOrigin = 'airlock.dev/journal';

/** Size and root of the journal's tree. The gateway signs both (C2SP tlog-checkpoint, without extension lines). */
export interface Checkpoint {
  /** Number of leaves, which is the number of journal records. */
  size: number;
  root: Uint8Array;
}

/** Returns the text of a checkpoint. The gateway signs this text. */
export function checkpointText({ size, root }: Checkpoint): string {
  return `${journalOrigin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads a checkpoint from a signed note (C2SP signed-note). One of the keys must have signed the note.
 * @throws AirlockError `checkpoint-refused` with the reason.
 */
export function openCheckpoint(note: string, keys: readonly NoteKey[], verify: VerifySignature): Checkpoint {
  const [, origin, size, root] =
    /^([^\n]+)\n(0|[1-9][0-9]{0,14})\n([^\n]+)\n$/.exec(openNote(note, keys, verify)) ?? [];
  if (origin !== journalOrigin)
    throw refused(
      'checkpoint-refused',
      `the note is not a checkpoint of ${journalOrigin}: give a checkpoint of Airlock's journal`,
    );
  const hash = fromBase64(root ?? '');
  if (hash?.length !== hashBytes)
    throw refused(
      'checkpoint-refused',
      `the root of the checkpoint is not a hash of ${hashBytes} bytes: do not trust it, and get the checkpoint again`,
    );
  return { size: Number(size), root: hash };
}
