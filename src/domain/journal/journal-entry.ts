import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { refused } from '../../lib/error.ts';
import type { JournalRecord, RecordKind } from './journal.ts';
import { canonicalJson, type Json } from '../../lib/json.ts';

/** A record as the database stores it: the body is the text that was appended, byte for byte. */
export interface StoredRecord extends Omit<JournalRecord, 'body'> {
  body: string;
}

/** Longest entry, bytes: the length prefix of an entry bundle is 16 bits (C2SP tlog-tiles). The schema keeps to it. */
export const maxEntryBytes = 65_535;

const headSchema = z.strictObject({
  // Microseconds, as PostgreSQL keeps them: an instant that was rounded would be another record.
  at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/),
  fact: z.string(),
  incident: z.string(),
  kind: z.string().transform((kind) => kind as RecordKind),
  process: z.string(),
  seq: z.int().positive(),
  trace: z.string(),
});

/**
 * The entry of a record, over which the tree is built: canonical JSON of every column but the body, a line feed, and the
 * body exactly as it is stored. Nothing in it is computed by the database, and nothing of the record is left out.
 */
export function entryOf({ body, at, fact, incident, kind, process, seq, trace }: StoredRecord): Uint8Array {
  return utf8ToBytes(`${canonicalJson({ at, fact, incident, kind, process, seq, trace })}\n${body}`);
}

/** The record of an entry. @throws AirlockError `entry-malformed` where the bytes are not the one entry of a record. */
export function recordOf(entry: Uint8Array): StoredRecord {
  const text = decoded(entry);
  const end = text.indexOf('\n');
  const head = headSchema.safeParse(parsed(text.slice(0, end)));
  if (end < 0 || !head.success) throw malformed();
  const record = { ...head.data, body: text.slice(end + 1) };
  // The same record written in another way would be another leaf.
  if (canonicalJson(head.data) !== text.slice(0, end)) throw malformed();
  return record;
}

/** A stored record with its body read. @throws AirlockError `entry-malformed` where the body is no JSON. */
export function journalRecord(record: StoredRecord): JournalRecord {
  return { ...record, body: parsed(record.body) as Json };
}

function decoded(entry: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry);
  } catch {
    throw malformed();
  }
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
    'an entry is not a record of the journal in its one form: ask who made the journal',
  );
}
