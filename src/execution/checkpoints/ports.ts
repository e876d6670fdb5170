import type { NoteKey } from '../../tlog/note.ts';

/** Signs checkpoints. A checkpoint contains size and root hash of the journal's Merkle tree. */
export interface CheckpointSigner {
  /** Returns the public keys of the signing key. Each usable version of the signing key has its own public key. */
  keys(): Promise<NoteKey[]>;
  /** Signs the text of a checkpoint. @returns the signed note. */
  sign(text: string): Promise<string>;
}

/**
 * The gateways' own copies of the last checkpoint that a gateway signed. All gateways share these copies. They are
 * outside of the database: an intruder in the database must not be able to change them.
 */
export interface KeptCheckpoints {
  /**
   * Returns the copies of the largest checkpoint, as signed notes. There are several if gateways signed at the same
   * time. Empty if no gateway has signed a checkpoint yet.
   */
  read(): Promise<string[]>;
  /** Keeps a checkpoint, and drops the smaller ones. @param note the checkpoint of `size` records, as a signed note. */
  write(size: number, note: string): Promise<void>;
}
