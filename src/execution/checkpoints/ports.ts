import type { NoteKey } from '../../tlog/note.ts';

/** Signs checkpoints. A checkpoint contains size and root hash of the journal's Merkle tree. */
export interface CheckpointSigner {
  /** Returns the public keys of the signing key. Each usable version of the signing key has its own public key. */
  keys(): Promise<NoteKey[]>;
  /** Signs the text of a checkpoint. @returns the signed note. */
  sign(text: string): Promise<string>;
}

/**
 * The gateway's own copy of the last checkpoint that the gateway signed. The copy is outside of the database: an
 * intruder in the database must not be able to change the copy.
 */
export interface KeptCheckpoint {
  /** Returns the checkpoint as a signed note; undefined if the gateway has signed no checkpoint yet. */
  read(): Promise<string | undefined>;
  /** Replaces the copy. @param note the checkpoint as a signed note. */
  write(note: string): Promise<void>;
}
