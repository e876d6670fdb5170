import { z } from 'zod';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { incidentOutcomeSchema } from './incident.ts';
import { recordKinds, type JournalRecord } from '../journal/journal.ts';

/** The summary of an incident that lists show. Every field is derived from the journal. */
export const incidentViewSchema = z.strictObject({
  id: z.string(),
  trace: z.string(),
  cluster: z.string(),
  name: z.string(),
  /** What opened the incident. It is not the root cause of the problem. */
  cause: z.enum(['alert', 'person', 'schedule']).default('alert'),
  /** Id of the workflow that runs the incident while it is open. */
  workflow: z.string(),
  startsAt: z.string(),
  /** Start of the latest occurrence. */
  openedAt: z.string(),
  /** Kind of the latest record, from any writer. */
  latestRecord: z.enum(recordKinds),
  /** The latest dossier of the latest occurrence. `notified`: the groups that were asked to decide so far, in order. */
  dossier: z
    .strictObject({ digest: digestSchema, expiresAt: z.string(), notified: z.array(z.string()).default([]) })
    .optional(),
  outcome: z.strictObject({ outcome: incidentOutcomeSchema, reason: z.string() }).optional(),
  /** How often the incident's alerts had fired again when the latest occurrence began. */
  flaps: z.int().nonnegative(),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;

const openedSchema = incidentViewSchema.pick({
  name: true,
  cause: true,
  cluster: true,
  startsAt: true,
  workflow: true,
});
const remindedSchema = z.object({ dossier: digestSchema, group: z.string() });
const { dossier: dossierSchema, outcome: outcomeSchema } = incidentViewSchema.shape;
const reopenedSchema = z.object({ flaps: incidentViewSchema.shape.flaps });

/**
 * A view is built from records of these kinds by governance (`airlock serve`). The only exception is the field
 * `latestRecord`: the latest record may have any kind and any writer.
 */
export const viewRecordKinds = [
  'incident.opened',
  'incident.reopened',
  'dossier.offered',
  'group.reminded',
  'incident.closed',
] as const;
type ViewKind = (typeof viewRecordKinds)[number];

/** Returns the latest record that governance wrote. */
export function latestGovernanceRecord(records: readonly JournalRecord[]): JournalRecord | undefined {
  return records.findLast(isByGovernance);
}

function isByGovernance({ writer }: JournalRecord): boolean {
  return writer === 'airlock_serve';
}

/**
 * Derives the view of an incident's latest occurrence from the journal records of this incident. Every process may
 * append records of any kind, but only governance may change what the view shows. The view therefore uses only records
 * of governance, except for `latestRecord`.
 * @returns undefined if there is no valid record `incident.opened` of governance.
 */
export function incidentView(records: readonly JournalRecord[]): IncidentView | undefined {
  const byGovernance = records.filter(isByGovernance);
  const opened = byGovernance.find((record) => record.kind === 'incident.opened');
  const details = openedSchema.safeParse(opened?.body);
  if (!opened || !details.success) return undefined;
  const reopened = byGovernance.findLast((record) => record.kind === 'incident.reopened');
  const current = byGovernance.slice(reopened ? byGovernance.indexOf(reopened) : 0);
  const recordsOf = (kind: ViewKind): JournalRecord[] => current.filter((record) => record.kind === kind);
  return omitUndefined({
    ...details.data,
    id: opened.incident,
    trace: opened.trace,
    openedAt: (reopened ?? opened).at,
    latestRecord: records.at(-1)?.kind ?? opened.kind,
    dossier: offeredDossier(recordsOf('dossier.offered').at(-1), recordsOf('group.reminded')),
    outcome: outcomeSchema.safeParse(recordsOf('incident.closed').at(-1)?.body).data,
    flaps: flapsOf(reopened),
  });
}

function flapsOf(reopened: JournalRecord | undefined): number {
  return reopenedSchema.safeParse(reopened?.body).data?.flaps ?? 0;
}

function offeredDossier(record: JournalRecord | undefined, reminders: JournalRecord[]): IncidentView['dossier'] {
  const dossier = dossierSchema.safeParse(record?.body).data;
  return dossier && { ...dossier, notified: [...dossier.notified, ...reminded(reminders, dossier.digest)] };
}

/** Returns the groups that were reminded of this dossier, in order. */
function reminded(records: readonly JournalRecord[], dossier: Digest): string[] {
  const bodies = records.map(({ body }) => remindedSchema.safeParse(body));
  return bodies.flatMap(({ data }) => (data?.dossier === dossier ? [data.group] : []));
}
