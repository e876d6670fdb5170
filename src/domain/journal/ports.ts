import type { Digest } from '../../lib/digest.ts';
import type { NewRecord, JournalRecord } from './journal.ts';
import type { StoredRecord } from './journal-entry.ts';

/** Appends to the journal. The gateway appends a record before each change of a target cluster. */
export interface Journal {
  /** Returns once the record is durable. @throws AirlockError, for example `journal-unavailable` (retry). */
  append(record: NewRecord): Promise<void>;
}

/** Reads the journal. */
export interface JournalReader {
  /** Returns all records of one incident, in order. An incident can have any number of records. */
  read(incident: string): Promise<JournalRecord[]>;
  /**
   * Returns the records of one incident that show its state, in order: the first 100, the last 2,000, and the last 1,000
   * of its view. A check that must miss no record uses `read`.
   */
  recent(incident: string): Promise<JournalRecord[]>;
  /**
   * Returns the records that `incidentView` (incident-view.ts) needs, in order. The number of incidents is limited to
   * the 2,000 that were opened last, the 2,000 requests and schedules that were opened last, the incidents of the last
   * 2,000 dossiers, and 10,000 open incidents with alerts.
   */
  overview(): Promise<JournalRecord[]>;
  /** Returns the ids of all incidents with this name that a person's request opened. */
  openedByPerson(name: string): Promise<string[]>;
  /**
   * Returns the first `limit` records after sequence number `seq`, in order. Sequence numbers have no gaps and are
   * committed in order, so a later call with the last returned number misses no record.
   */
  readAfter(seq: number, limit: number): Promise<JournalRecord[]>;
  /** Returns the sequence number of the latest record; 0 for an empty journal. */
  last(): Promise<number>;
}

/** Reads the records of the journal byte for byte. `entryOf` encodes a record as a leaf of the journal's Merkle tree. */
export interface StoredRecords {
  /** Returns the number of records. */
  size(): Promise<number>;
  /**
   * Returns the records `first` to `last` (sequence numbers), including `first` and `last`.
   * @throws AirlockError `journal-corrupt` if a record is missing.
   */
  read(first: number, last: number): Promise<StoredRecord[]>;
  /**
   * Returns the records with these sequence numbers. @param seqs in ascending order.
   * @throws AirlockError `journal-corrupt` if a record is missing.
   */
  at(seqs: readonly number[]): Promise<StoredRecord[]>;
}

/** Stores checkpoints as signed notes. A checkpoint is the size and the root of the journal's Merkle tree. */
export interface Checkpoints {
  /** Returns the note of the checkpoint that covers the most records. Undefined if there is no checkpoint. */
  latest(): Promise<string | undefined>;
  /**
   * Stores the note of a checkpoint that covers `size` records. If a note for this size is already stored, `add` stores
   * nothing.
   */
  add(size: number, note: string): Promise<void>;
}

/**
 * Stores the values to which journal records refer by digest, such as snapshots, reports and dossiers. A value is
 * stored as canonical JSON.
 */
export interface Blobs {
  /** Stores a value. @returns the digest of the stored bytes. @throws AirlockError `blob-too-large`. */
  put(value: unknown): Promise<Digest>;
  /**
   * Returns the value with this digest.
   * @throws AirlockError `blob-missing`; `blob-corrupt` if the stored bytes have a different digest.
   */
  get(digest: Digest): Promise<unknown>;
}
