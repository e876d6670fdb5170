import type { Digest } from '../../lib/digest.ts';
import type { NewRecord, JournalRecord } from './journal.ts';

/** Appends to the journal. The gateway appends a record before each change of a target, so no change is unrecorded. */
export interface Journal {
  /** Returns once the record is durable. @throws AirlockError `journal-unavailable` (retry). */
  append(entry: NewRecord): Promise<void>;
}

/** Reads the journal. */
export interface JournalReader {
  /** Returns the records of one incident, in order. */
  read(incident: string): Promise<JournalRecord[]>;
  /**
   * Returns the records from which the views of all incidents are built, in order: the records of `viewRecordKinds` by
   * governance, and the latest record of each incident (incident-view.ts).
   */
  overview(): Promise<JournalRecord[]>;
  /**
   * Returns at most `limit` records after sequence number `seq`, in order. Sequence numbers have no gaps and are
   * committed in order.
   */
  readAfter(seq: number, limit: number): Promise<JournalRecord[]>;
  /** Returns the sequence number of the latest record; 0 for an empty journal. */
  last(): Promise<number>;
}

/** Reads the records in the database as entries of the journal's Merkle tree (journal-entry.ts). */
export interface JournalEntries {
  /** Returns the number of records. */
  size(): Promise<number>;
  /**
   * Returns the entries of the records with the sequence numbers `first` to `last`, both included.
   * @throws AirlockError `journal-corrupt` if a record is missing.
   */
  read(first: number, last: number): Promise<Uint8Array[]>;
}

/** Stores the checkpoints that the gateway signed. */
export interface Checkpoints {
  /** Returns the signed note of the checkpoint with the most records. Undefined if there is no checkpoint. */
  latest(): Promise<string | undefined>;
  /**
   * Stores the signed note of a checkpoint of `size` records. If a note for this size is already stored, `add` drops
   * the new note.
   */
  add(size: number, note: string): Promise<void>;
}

/**
 * Stores the values to which journal records refer by digest, such as snapshots, reports and dossiers. Values are
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
