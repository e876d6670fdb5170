import type { Digest } from '../../lib/digest.ts';
import type { JournalEntry, JournalRecord } from './journal.ts';

/** Appends to the journal. Callers append before they act: an action without a record must not happen. */
export interface Journal {
  /** Returns once the record is durable and has its place in the order. @throws AirlockError `journal-unavailable` (retry). */
  append(entry: JournalEntry): Promise<void>;
}

/** Reads the journal. */
export interface JournalReader {
  /** Records of one incident, in order. */
  read(incident: string): Promise<JournalRecord[]>;
  /** The records from which the views of all incidents are built (incident-view.ts), in order. Not the whole journal. */
  overview(): Promise<JournalRecord[]>;
  /** At most `limit` records that follow `seq`, in order. Sequence numbers have no gaps and are committed in order. */
  readAfter(seq: number, limit: number): Promise<JournalRecord[]>;
  /** Sequence number of the latest record; 0 for an empty journal. */
  last(): Promise<number>;
}

/** Reads the journal as the entries of its Merkle tree (journal-entry.ts), as the database stores them now. */
export interface JournalEntries {
  /** Number of records. */
  size(): Promise<number>;
  /**
   * Entries of the records `from` to `to`, both included, counted from 1.
   * @throws AirlockError `journal-corrupt` if one of them is missing.
   */
  read(from: number, to: number): Promise<Uint8Array[]>;
}

/** Stores the checkpoints that the gateway signed. */
export interface Checkpoints {
  /** The signed note of the largest size. */
  latest(): Promise<string | undefined>;
  /** Stores one note per size. A second note for the same size is dropped. */
  add(size: number, note: string): Promise<void>;
}

/**
 * Stores the values that journal records refer to by digest: evidence, plans, snapshots, reports and dossiers. Values
 * are stored as canonical JSON.
 */
export interface Blobs {
  put(value: unknown): Promise<Digest>;
  /** Returns a value after it has checked the digest of the bytes. @throws AirlockError `blob-missing`, `blob-corrupt`. */
  get(digest: Digest): Promise<unknown>;
}
