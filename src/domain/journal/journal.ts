import { z } from 'zod';
import type { ProcessName } from '../names.ts';
import { jsonSchema, type Json } from '../../lib/json/json.ts';

/** The kinds of journal records. */
export const recordKinds = [
  'alert.received',
  'incident.opened',
  'incident.reopened',
  'request.admitted',
  'request.refused',
  'evidence.collected',
  'incident.merged',
  'playbook.evaluated',
  'plan.created',
  'rehearsal.completed',
  'verdict.issued',
  'shadow.recorded',
  'dossier.offered',
  'dossier.read',
  'group.reminded',
  'decision.admitted',
  'decision.refused',
  'edit.refused',
  'dossier.invalidated',
  'archive.refused',
  'execution.prepared',
  'preflight.completed',
  'grant.minted',
  'step.intended',
  'step.applied',
  'grant.revoked',
  'execution.finished',
  'execution.refused',
  'verification.completed',
  'lease.issued',
  'lease.revoked',
  'incident.closed',
] as const;
/** The kind of one journal record. */
export type RecordKind = (typeof recordKinds)[number];

/**
 * Text form of a record's sequence number, such as the `id` of a server-sent event. 0 is the position before the first
 * record.
 */
export const sequenceSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/, 'expected the sequence number of a record, or 0');

/** PostgreSQL role that appended a record. Each process has its own role. */
export type Writer = `airlock_${ProcessName}`;

/** A record to append. `message` is for people. `body` contains values and digests for programs, but no secrets. */
export interface NewRecord {
  kind: RecordKind;
  incident: string;
  trace: string;
  message: string;
  body: Json;
}

/**
 * A stored record. The database sets `seq`, `at` and `writer`, so the appending process cannot choose these values. If
 * the appended body was larger than 40 KiB, `body` contains only its digest: `{blob: <digest>}`.
 */
export interface JournalRecord extends NewRecord {
  /** Position in the journal. All incidents share one journal. The first record has position 1. */
  seq: number;
  /** When the record was appended, ISO 8601. */
  at: string;
  writer: Writer;
}

/** Schema of a record that comes from another process. */
export const journalRecordSchema: z.ZodType<JournalRecord> = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  // Not an enum, because readers must see a record with an unknown writer: no process of Airlock has appended it.
  writer: z.string() as unknown as z.ZodType<Writer>,
  kind: z.enum(recordKinds),
  incident: z.string(),
  trace: z.string(),
  message: z.string(),
  body: jsonSchema,
});
