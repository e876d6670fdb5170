import { fromBase64, toBase64 } from '../lib/base64.ts';
import { hashBytes } from './merkle.ts';
import { openNote, type NoteKey, type VerifySignature } from './note.ts';
import { refused } from '../lib/error.ts';

/**
 * The origin: the first line of every checkpoint. The name of the signing key is the same text. All installations of
 * Airlock have the same origin, but different keys.
 */
export const journalOrigin = 'airlock.dev/journal';

/** The size and the root of the journal's Merkle tree (C2SP tlog-checkpoint, without extension lines). */
export interface Checkpoint {
  /** Number of leaves of the tree. Each journal record is one leaf. */
  size: number;
  /** Root hash of the tree. */
  root: Uint8Array;
}

/** Returns the text of a checkpoint. The gateway signs this text. */
export function checkpointText({ size, root }: Checkpoint): string {
  return `${journalOrigin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Verifies a signed note (C2SP signed-note) and returns the checkpoint in the note. At least one of the keys must have
 * signed the note.
 * @throws AirlockError `checkpoint-refused` with the reason.
 */
export function openCheckpoint(note: string, keys: readonly NoteKey[], verify: VerifySignature): Checkpoint {
  const [, origin, size, root] =
    /^([^\n]+)\n(0|[1-9][0-9]{0,14})\n([^\n]+)\n$/.exec(openNote(note, keys, verify)) ?? [];
  if (origin !== journalOrigin)
    throw refused(
      'checkpoint-refused',
      `the signed note is not a checkpoint of ${journalOrigin}: use a checkpoint of Airlock's journal`,
    );
  const rootHash = fromBase64(root ?? '');
  if (rootHash?.length !== hashBytes)
    throw refused(
      'checkpoint-refused',
      `the checkpoint's root is not a hash of ${hashBytes} bytes: do not trust this checkpoint, and get it again`,
    );
  return { size: Number(size), root: rootHash };
}
