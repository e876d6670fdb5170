import type { Digest } from '../../lib/digest.ts';
import type { NewRecord, JournalRecord } from './journal.ts';

/** Appends to the journal. Callers append the record before they act, so that there is no action without a record. */
export interface Journal {
  /** Returns once the record is durable and has its sequence number. @throws AirlockError `journal-unavailable` (retry). */
  append(entry: NewRecord): Promise<void>;
}

/** Reads the journal. */
export interface JournalReader {
  /** Records of one incident, in order. */
  read(incident: string): Promise<JournalRecord[]>;
  /**
   * The records from which the views of all incidents are built (incident-view.ts), in order. The journal also has
   * other records.
   */
  overview(): Promise<JournalRecord[]>;
  /**
   * The records after sequence number `seq`, at most `limit`, in order. Sequence numbers have no gaps and are committed in
   * order.
   */
  readAfter(seq: number, limit: number): Promise<JournalRecord[]>;
  /** Sequence number of the latest record; 0 for an empty journal. */
  last(): Promise<number>;
}

/** Reads the records in the database as entries of the journal's Merkle tree (journal-entry.ts). */
export interface JournalEntries {
  /** Number of records. */
  size(): Promise<number>;
  /**
   * The entries of the records with the sequence numbers `first` to `last`, both included.
   * @throws AirlockError `journal-corrupt` if a record is missing.
   */
  read(first: number, last: number): Promise<Uint8Array[]>;
}

/** Stores the checkpoints that the gateway signed. */
export interface Checkpoints {
  /** The signed note of the checkpoint with the most records. Undefined if there is no checkpoint. */
  latest(): Promise<string | undefined>;
  /**
   * Stores the signed note of a checkpoint of `size` records. If a note for this size is already stored, `add` drops
   * the new note.
   */
  add(size: number, note: string): Promise<void>;
}

/**
 * Stores the values to which journal records refer by digest: evidence, plans, snapshots, reports and dossiers. Values are
 * stored as canonical JSON.
 */
export interface Blobs {
  /** Stores a value. @returns its digest. */
  put(value: unknown): Promise<Digest>;
  /**
   * Returns the value. @throws AirlockError `blob-missing`; `blob-corrupt` if the stored bytes do not have this digest.
   */
  get(digest: Digest): Promise<unknown>;
}
