import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { refused } from '../../lib/error.ts';
import { decodeUtf8 } from '../../lib/utf8.ts';
import type { JournalRecord, RecordKind, Writer } from './journal.ts';
import { canonicalJson, type Json } from '../../lib/json/json.ts';

/** A record as the database stores it. `body` is the stored text, byte for byte. */
export interface StoredRecord extends Omit<JournalRecord, 'body'> {
  body: string;
}

const headSchema = z.strictObject({
  // PostgreSQL stores microseconds. With fewer digits, the entry would have a different hash.
  at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/),
  incident: z.string(),
  kind: z.string().transform((kind) => kind as RecordKind),
  message: z.string(),
  seq: z.int().positive(),
  trace: z.string(),
  writer: z.string().transform((writer) => writer as Writer),
});

/**
 * Encodes a record as an entry: a leaf of the journal's Merkle tree. The entry consists of three parts: the canonical
 * JSON of all columns except the body, a line feed, and the stored body.
 */
export function entryOf({ body, at, incident, kind, message, seq, trace, writer }: StoredRecord): Uint8Array {
  return utf8ToBytes(`${canonicalJson({ at, incident, kind, message, seq, trace, writer })}\n${body}`);
}

/**
 * Parses an entry.
 * @param seq expected sequence number, for the error message. The caller must check that the entry has this number.
 * @throws AirlockError `entry-malformed` if the bytes are not the canonical entry of a record.
 */
export function parseEntry(entry: Uint8Array, seq: number): StoredRecord {
  const text = decodeUtf8(entry);
  if (text === undefined) throw malformed(seq);
  const end = text.indexOf('\n');
  const head = headSchema.safeParse(parseJson(text.slice(0, end), seq));
  if (end < 0 || !head.success) throw malformed(seq);
  const record = { ...head.data, body: text.slice(end + 1) };
  // Without this check, one record could be encoded in several ways, each with a different hash.
  if (canonicalJson(head.data) !== text.slice(0, end)) throw malformed(seq);
  return record;
}

/** Parses the body of a stored record. @throws AirlockError `entry-malformed` if the body is not JSON. */
export function withParsedBody(record: StoredRecord): JournalRecord {
  return { ...record, body: parseJson(record.body, record.seq) as Json };
}

function parseJson(text: string, seq: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(seq);
  }
}

function malformed(seq: number): Error {
  return refused(
    'entry-malformed',
    `entry ${seq} is not a valid journal record: the entry was damaged or forged. Do not repair the data, and find out who or what changed the entry`,
  );
}
