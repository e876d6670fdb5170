import { z } from 'zod';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { incidentOutcomeSchema } from './incident.ts';
import { recordKinds, type JournalRecord, type RecordKind } from '../journal/journal.ts';

/** A summary of an incident, for lists of incidents. Every field is derived from the journal. */
export const incidentViewSchema = z.strictObject({
  id: z.string(),
  trace: z.string(),
  cluster: z.string(),
  /** The displayed name of what opened the incident: of the alerts, the request or the schedule. */
  name: z.string(),
  /** What opened the incident. A cause is not the root cause of a problem. */
  cause: z.enum(['alert', 'person', 'schedule']).default('alert'),
  /** Id of the Temporal workflow of the incident. */
  workflow: z.string(),
  /** Start of the first alert, or time of the request or of the scheduled run, ISO 8601. */
  startsAt: z.string(),
  /** When the latest occurrence was opened, ISO 8601. An occurrence is a period in which the incident is open. */
  openedAt: z.string(),
  /** Kind of the latest record of the incident, by any writer. Records of reads do not count. */
  latestRecord: z.enum(recordKinds),
  /** The latest dossier of the latest occurrence. `notified`: the groups that were asked to decide, in order. */
  dossier: z
    .strictObject({ digest: digestSchema, expiresAt: z.string(), notified: z.array(z.string()).default([]) })
    .optional(),
  /** How the latest occurrence ended. Absent while the incident is open. */
  outcome: z.strictObject({ outcome: incidentOutcomeSchema, reason: z.string() }).optional(),
  /** How often the incident's alerts had fired again when the latest occurrence began. */
  flaps: z.int().nonnegative(),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;

// Schemas of the bodies of journal records, such as `incident.opened`.
const openedSchema = incidentViewSchema.pick({
  name: true,
  cause: true,
  cluster: true,
  startsAt: true,
  workflow: true,
});
const remindedSchema = z.object({ dossier: digestSchema, group: z.string() });
const { dossier: offeredSchema, outcome: closedSchema } = incidentViewSchema.shape;
const reopenedSchema = z.object({ flaps: incidentViewSchema.shape.flaps });

/**
 * The kinds of records from which views are built. Only records that governance (`airlock serve`) wrote are used. The
 * field `latestRecord` is an exception: the latest record can have any writer, and any kind except `readRecordKind`.
 */
export const viewRecordKinds = [
  'incident.opened',
  'incident.reopened',
  'dossier.offered',
  'group.reminded',
  'incident.closed',
] as const;
type ViewKind = (typeof viewRecordKinds)[number];

/** The kind of records of reads. A read says nothing about the state of the incident. */
export const readRecordKind = 'dossier.read' satisfies RecordKind;

/** Returns the latest record that governance wrote, except records of reads. Undefined if governance wrote no other record. */
export function latestGovernanceRecord(records: readonly JournalRecord[]): JournalRecord | undefined {
  return records.findLast((record) => isByGovernance(record) && record.kind !== readRecordKind);
}

function isByGovernance({ writer }: JournalRecord): boolean {
  return writer === 'airlock_serve';
}

/**
 * Derives the view of an incident from its journal records. All fields except `latestRecord` use only records that
 * governance wrote. Every process can append records of any kind, and could otherwise forge the view.
 * @param records the records of one incident, in order.
 * @returns undefined if governance has written no valid record `incident.opened`.
 */
export function incidentView(records: readonly JournalRecord[]): IncidentView | undefined {
  const byGovernance = records.filter(isByGovernance);
  const opened = byGovernance.find((record) => record.kind === 'incident.opened');
  const openedBody = openedSchema.safeParse(opened?.body);
  if (!opened || !openedBody.success) return undefined;
  const reopened = byGovernance.findLast((record) => record.kind === 'incident.reopened');
  const ofLatestOccurrence = byGovernance.slice(reopened ? byGovernance.indexOf(reopened) : 0);
  const recordsOf = (kind: ViewKind): JournalRecord[] => ofLatestOccurrence.filter((record) => record.kind === kind);
  return omitUndefined({
    ...openedBody.data,
    id: opened.incident,
    trace: opened.trace,
    openedAt: (reopened ?? opened).at,
    latestRecord: records.findLast(({ kind }) => kind !== readRecordKind)?.kind ?? opened.kind,
    dossier: offeredDossier(recordsOf('dossier.offered').at(-1), recordsOf('group.reminded')),
    outcome: closedSchema.safeParse(recordsOf('incident.closed').at(-1)?.body).data,
    flaps: flapsOf(reopened),
  });
}

function flapsOf(reopened: JournalRecord | undefined): number {
  return reopenedSchema.safeParse(reopened?.body).data?.flaps ?? 0;
}

function offeredDossier(offered: JournalRecord | undefined, reminders: JournalRecord[]): IncidentView['dossier'] {
  const dossier = offeredSchema.safeParse(offered?.body).data;
  return dossier && { ...dossier, notified: [...dossier.notified, ...remindedGroups(reminders, dossier.digest)] };
}

/** Returns the groups that were reminded of this dossier, in order. */
function remindedGroups(reminders: readonly JournalRecord[], dossier: Digest): string[] {
  const bodies = reminders.map(({ body }) => remindedSchema.safeParse(body));
  return bodies.flatMap(({ data }) => (data?.dossier === dossier ? [data.group] : []));
}
