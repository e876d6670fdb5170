import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { refused } from '../../lib/error.ts';
import { textOf } from '../../lib/utf8.ts';
import type { JournalRecord, RecordKind, Writer } from './journal.ts';
import { canonicalJson, type Json } from '../../lib/json.ts';

/** A record as the database stores it. The body is the appended text, byte for byte. */
export interface StoredRecord extends Omit<JournalRecord, 'body'> {
  body: string;
}

const headSchema = z.strictObject({
  // PostgreSQL stores microseconds. A rounded time would make another record.
  at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/),
  incident: z.string(),
  kind: z.string().transform((kind) => kind as RecordKind),
  message: z.string(),
  seq: z.int().positive(),
  trace: z.string(),
  writer: z.string().transform((writer) => writer as Writer),
});

/**
 * The entry of a record, which is a leaf of the journal's Merkle tree: canonical JSON of all columns but the body, a line
 * feed, and the body exactly as it is stored. The database computes none of it, and it leaves out nothing of the record.
 */
export function entryOf({ body, at, incident, kind, message, seq, trace, writer }: StoredRecord): Uint8Array {
  return utf8ToBytes(`${canonicalJson({ at, incident, kind, message, seq, trace, writer })}\n${body}`);
}

/** Parses an entry. @throws AirlockError `entry-malformed` if the bytes are not the canonical entry of a record. */
export function recordOf(entry: Uint8Array): StoredRecord {
  const text = textOf(entry);
  if (text === undefined) throw malformed();
  const end = text.indexOf('\n');
  const head = headSchema.safeParse(parsed(text.slice(0, end)));
  if (end < 0 || !head.success) throw malformed();
  const record = { ...head.data, body: text.slice(end + 1) };
  // The head must be canonical: another form of the same record would be another leaf.
  if (canonicalJson(head.data) !== text.slice(0, end)) throw malformed();
  return record;
}

/** Parses the body of a stored record. @throws AirlockError `entry-malformed` if the body is not JSON. */
export function journalRecord(record: StoredRecord): JournalRecord {
  return { ...record, body: parsed(record.body) as Json };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

function malformed(): Error {
  return refused(
    'entry-malformed',
    'an entry is not the canonical form of a journal record: the export was damaged or forged',
  );
}
