import { z } from 'zod';
import { jsonSchema, type Json } from '../../lib/json.ts';

/** Everything that is written down, in the order in which it can happen. */
export const recordKinds = [
  'alert.received',
  'incident.opened',
  'incident.reopened',
  'request.admitted',
  'request.refused',
  'evidence.taken',
  'incident.merged',
  'playbook.considered',
  'plan.made',
  'rehearsal.done',
  'verdict.given',
  'shadow.recorded',
  'dossier.offered',
  'dossier.reminded',
  'decision.admitted',
  'decision.refused',
  'edit.refused',
  'dossier.voided',
  'execution.prepared',
  'door.rehearsed',
  'grant.minted',
  'step.intended',
  'step.applied',
  'grant.revoked',
  'execution.finished',
  'execution.refused',
  'verification.done',
  'lease.opened',
  'lease.closed',
  'incident.closed',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** Sequence number of a record, or 0 for before the first, as text: what `id` fields of events are. */
export const sequenceSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/, 'expected the sequence number of a record, or 0');

/** One record to append. `fact` is the one sentence that matters; `body` small facts and digests, never a secret. */
export interface JournalEntry {
  kind: RecordKind;
  incident: string;
  trace: string;
  fact: string;
  body: Json;
}

/** A record as it stands in the journal: the database set sequence, time and process, not the writer. */
export interface JournalRecord extends JournalEntry {
  seq: number;
  at: string;
  process: string;
}

/** The same, as it crosses an edge. */
export const journalRecordSchema: z.ZodType<JournalRecord> = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  process: z.string(),
  kind: z.enum(recordKinds),
  incident: z.string(),
  trace: z.string(),
  fact: z.string(),
  body: jsonSchema,
});
