import { z } from 'zod';
import { digestSchema, type Digest } from './digest.ts';
import { incidentOutcomeSchema } from './incident.ts';
import type { JournalRecord } from './journal.ts';

/** An incident as people see it in a list: everything in it stands in the journal. */
export const incidentViewSchema = z.strictObject({
  id: z.string(),
  trace: z.string(),
  cluster: z.string(),
  name: z.string(),
  /** Workflow that carries it while it is open. */
  workflow: z.string(),
  startsAt: z.string(),
  openedAt: z.string(),
  /** Kind of the latest record. */
  stage: z.string(),
  /** The latest dossier that was offered, and the groups that were asked to decide on it so far, in their order. */
  dossier: z
    .strictObject({ digest: digestSchema, expiresAt: z.string(), asked: z.array(z.string()).default([]) })
    .optional(),
  outcome: z.strictObject({ outcome: incidentOutcomeSchema, reason: z.string() }).optional(),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;

const openedSchema = incidentViewSchema.pick({ name: true, cluster: true, startsAt: true, workflow: true });
const remindedSchema = z.object({ dossier: digestSchema, group: z.string() });
const { dossier: dossierSchema, outcome: outcomeSchema } = incidentViewSchema.shape;

/** Which of governance's records a view is read from; beside them the incident's latest record, whoever wrote it. */
export const viewKinds = ['incident.opened', 'dossier.offered', 'dossier.reminded', 'incident.closed'] as const;
type ViewKind = (typeof viewKinds)[number];

/**
 * Reads one incident out of its journal records. Only what governance wrote itself is believed: every process may
 * append, and each record carries the role of its writer.
 * @returns undefined where there is none, or it was never opened.
 */
export function incidentView(records: readonly JournalRecord[]): IncidentView | undefined {
  const own = records.filter((record) => record.process === 'airlock_serve');
  const of = (kind: ViewKind): JournalRecord[] => own.filter((record) => record.kind === kind);
  const [opened] = of('incident.opened');
  const about = openedSchema.safeParse(opened?.body);
  if (!opened || !about.success) return undefined;
  const dossier = dossierSchema.safeParse(of('dossier.offered').at(-1)?.body).data;
  const outcome = outcomeSchema.safeParse(of('incident.closed').at(-1)?.body);
  return {
    ...about.data,
    id: opened.incident,
    trace: opened.trace,
    openedAt: opened.at,
    stage: records.at(-1)?.kind ?? opened.kind,
    ...(dossier
      ? { dossier: { ...dossier, asked: [...dossier.asked, ...reminded(of('dossier.reminded'), dossier.digest)] } }
      : {}),
    ...(outcome.data ? { outcome: outcome.data } : {}),
  };
}

/** The groups to which a dossier was passed on while it was undecided. */
function reminded(records: readonly JournalRecord[], dossier: Digest): string[] {
  const bodies = records.map(({ body }) => remindedSchema.safeParse(body));
  return bodies.flatMap(({ data }) => (data?.dossier === dossier ? [data.group] : []));
}
