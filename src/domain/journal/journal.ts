import { z } from 'zod';
import type { ProcessName } from '../names.ts';
import { jsonSchema, type Json } from '../../lib/json/json.ts';

/** Kinds of journal records, roughly in the order in which an incident produces them. */
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
  'group.reminded',
  'decision.admitted',
  'decision.refused',
  'edit.refused',
  'dossier.invalidated',
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
 * Sequence number of a record as text. 0 is the position before the first record. The `id` of a server-sent event has
 * this form.
 */
export const sequenceSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/, 'expected the sequence number of a record, or 0');

/** PostgreSQL role of the process that appended a record. */
export type Writer = `airlock_${ProcessName}`;

/** A record to append. `message` is one sentence for people. `body` holds small values and digests, never a secret. */
export interface NewRecord {
  kind: RecordKind;
  incident: string;
  trace: string;
  message: string;
  body: Json;
}

/** A stored record. The database sets `seq`, `at` and `writer`, so the appending process cannot choose them. */
export interface JournalRecord extends NewRecord {
  /** Position in the journal, which all incidents share. The first record has 1. */
  seq: number;
  /** ISO 8601. */
  at: string;
  writer: Writer;
}

/** Schema of a record that comes from another process. */
export const journalRecordSchema: z.ZodType<JournalRecord> = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  // Not an enum: a record with an unknown role shows that somebody manipulated the database, so readers must see it.
  writer: z.string() as unknown as z.ZodType<Writer>,
  kind: z.enum(recordKinds),
  incident: z.string(),
  trace: z.string(),
  message: z.string(),
  body: jsonSchema,
});
