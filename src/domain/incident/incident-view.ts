import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { incidentOutcomeSchema } from './incident.ts';
import type { JournalRecord } from '../journal/journal.ts';

/** An incident as people see it in a list: everything in it stands in the journal. */
export const incidentViewSchema = z.strictObject({
  id: z.string(),
  trace: z.string(),
  cluster: z.string(),
  name: z.string(),
  /** What opened it. */
  cause: z.enum(['alert', 'person', 'schedule']).default('alert'),
  /** Workflow that carries it while it is open. */
  workflow: z.string(),
  startsAt: z.string(),
  /** When it was last opened. */
  openedAt: z.string(),
  /** Kind of the latest record. */
  stage: z.string(),
  /** The latest dossier that was offered, and the groups that were asked to decide on it so far, in their order. */
  dossier: z
    .strictObject({ digest: digestSchema, expiresAt: z.string(), asked: z.array(z.string()).default([]) })
    .optional(),
  outcome: z.strictObject({ outcome: incidentOutcomeSchema, reason: z.string() }).optional(),
  /** How often it was opened again because it fired again. */
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

/** Which of governance's records a view is read from; beside them the incident's latest record, whoever wrote it. */
export const viewKinds = [
  'incident.opened',
  'incident.reopened',
  'dossier.offered',
  'dossier.reminded',
  'incident.closed',
] as const;
type ViewKind = (typeof viewKinds)[number];

/** The latest that governance itself wrote down of an incident. */
export function lastOwn(records: readonly JournalRecord[]): JournalRecord | undefined {
  return records.findLast(isOwn);
}

function isOwn({ process }: JournalRecord): boolean {
  return process === 'airlock_serve';
}

/**
 * Reads one incident out of its journal records, as it stands since it was last opened. Only what governance wrote
 * itself is believed: every process may append, and each record carries the role of its writer.
 * @returns undefined where there is none, or it was never opened.
 */
export function incidentView(records: readonly JournalRecord[]): IncidentView | undefined {
  const own = records.filter(isOwn);
  const opened = own.find((record) => record.kind === 'incident.opened');
  const about = openedSchema.safeParse(opened?.body);
  if (!opened || !about.success) return undefined;
  const again = own.findLast((record) => record.kind === 'incident.reopened');
  const since = own.slice(again ? own.indexOf(again) : 0);
  const of = (kind: ViewKind): JournalRecord[] => since.filter((record) => record.kind === kind);
  return {
    ...about.data,
    id: opened.incident,
    trace: opened.trace,
    openedAt: (again ?? opened).at,
    stage: records.at(-1)?.kind ?? opened.kind,
    ...offered(of('dossier.offered').at(-1), of('dossier.reminded')),
    ...ended(of('incident.closed').at(-1)),
    flaps: flapsOf(again),
  };
}

function flapsOf(again: JournalRecord | undefined): number {
  return reopenedSchema.safeParse(again?.body).data?.flaps ?? 0;
}

function offered(record: JournalRecord | undefined, reminders: JournalRecord[]): Pick<IncidentView, 'dossier'> {
  const dossier = dossierSchema.safeParse(record?.body).data;
  return dossier ? { dossier: { ...dossier, asked: [...dossier.asked, ...reminded(reminders, dossier.digest)] } } : {};
}

function ended(record: JournalRecord | undefined): Pick<IncidentView, 'outcome'> {
  const outcome = outcomeSchema.safeParse(record?.body).data;
  return outcome ? { outcome } : {};
}

/** The groups to which a dossier was passed on while it was undecided. */
function reminded(records: readonly JournalRecord[], dossier: Digest): string[] {
  const bodies = records.map(({ body }) => remindedSchema.safeParse(body));
  return bodies.flatMap(({ data }) => (data?.dossier === dossier ? [data.group] : []));
}
