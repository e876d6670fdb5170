import { z } from 'zod';
import type { ProcessName } from '../names.ts';
import { jsonSchema, type Json } from '../../lib/json.ts';

/** Kinds of journal records, in the order in which an incident can produce them. */
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
export type RecordKind = (typeof recordKinds)[number];

/** Sequence number of a record, or 0 for before the first, as text: what `id` fields of events are. */
export const sequenceSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/, 'expected the sequence number of a record, or 0');

/** PostgreSQL role of the process that appended a record. */
export type Writer = `airlock_${ProcessName}`;

/**
 * One record to append. `message` is one sentence for people. `body` holds small values and digests, never a secret.
 */
export interface JournalEntry {
  kind: RecordKind;
  incident: string;
  trace: string;
  message: string;
  body: Json;
}

/** A stored record. The database sets sequence number, time and writer; the process that appends cannot choose them. */
export interface JournalRecord extends JournalEntry {
  seq: number;
  at: string;
  writer: Writer;
}

/** The same, as it crosses an edge. */
export const journalRecordSchema: z.ZodType<JournalRecord> = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  // Not an enum: a record of another role means that the database was changed, and has to be shown.
  writer: z.string() as unknown as z.ZodType<Writer>,
  kind: z.enum(recordKinds),
  incident: z.string(),
  trace: z.string(),
  message: z.string(),
  body: jsonSchema,
});
