import { fromBase64, toBase64 } from '../lib/base64.ts';
import { hashBytes } from './merkle.ts';
import { openNote, type NoteKey, type VerifySignature } from './note.ts';
import { refused } from '../lib/error.ts';

/** Whose journal it is: first line of every checkpoint, and name of the key. Journals differ by their keys. */
export const journalOrigin = 'airlock.dev/journal';

/** A tree's size and root, as the gateway signs them (C2SP tlog-checkpoint, without extension lines). */
export interface Checkpoint {
  size: number;
  root: Uint8Array;
}

/** The text that is signed. */
export function checkpointText({ size, root }: Checkpoint): string {
  return `${journalOrigin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * A checkpoint from its signed note. Only one signed by one of the keys is one.
 * @throws AirlockError `checkpoint-refused` with the reason.
 */
export function openCheckpoint(note: string, keys: readonly NoteKey[], verify: VerifySignature): Checkpoint {
  const [, origin, size, root] =
    /^([^\n]+)\n(0|[1-9][0-9]{0,14})\n([^\n]+)\n$/.exec(openNote(note, keys, verify)) ?? [];
  if (origin !== journalOrigin) throw refused('checkpoint-refused', `the note is no checkpoint of ${journalOrigin}`);
  const hash = fromBase64(root ?? '');
  if (hash?.length !== hashBytes) throw refused('checkpoint-refused', "the checkpoint's root is no hash");
  return { size: Number(size), root: hash };
}
