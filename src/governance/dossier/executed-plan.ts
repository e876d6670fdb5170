import { bind } from '../../actions/catalogue.ts';
import { dossierSchema } from '../../domain/approval/dossier.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { incidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { ObjectRef } from '../../domain/kubernetes/object.ts';
import { executionId } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { nameOfWish } from '../../domain/approval/request.ts';
import type { Blobs, JournalReader } from '../../domain/ports.ts';

export interface ExecutedPlanDeps {
  journal: JournalReader;
  blobs: Blobs;
}

/** What can be undone, as its own dossier says it. */
export interface ExecutedPlan {
  plan: Digest;
  /** The object that its first step changed. */
  subject: ObjectRef;
}

/**
 * The plan that an incident's finished execution ran, for an undo as a plan of its own. Only records by the role that
 * may write them are believed: the dossier is governance's, the execution the gateway's.
 * @returns `none` with the reason: unknown, of another cluster, still open, never executed, taken back, nothing undoes it.
 */
export async function executedPlan(
  { journal, blobs }: ExecutedPlanDeps,
  { of, cluster }: { of: string; cluster: string },
): Promise<ExecutedPlan | { none: string }> {
  const executed = executedDossier(await journal.read(of), { of, cluster });
  if ('none' in executed) return executed;
  const later = await undoneBy(journal, of);
  if (later) return { none: `${of} was taken back by ${later}` };
  const parsed = dossierSchema.safeParse(await blobs.get(executed.dossier));
  if (!parsed.success) return { none: `the dossier of ${of} is none that this version can read` };
  const { plan } = parsed.data;
  const subject = subjectOf(plan);
  if (!subject) return { none: `nothing takes ${of} back: ${plan.noUndo ?? 'no reason was given'}` };
  return { plan: await blobs.put(plan), subject };
}

function executedDossier(
  records: readonly JournalRecord[],
  { of, cluster }: { of: string; cluster: string },
): { dossier: Digest } | { none: string } {
  const view = incidentView(records);
  if (!view) return { none: `there is no incident ${of}` };
  if (view.cluster !== cluster) return { none: `${of} is of cluster ${view.cluster}` };
  if (!view.outcome) return { none: `${of} is still open: its own undo is not over` };
  const dossier = offered(records).findLast((digest) => isExecuted(records, executionId(digest, 'do')));
  if (!dossier) return { none: `nothing of ${of} was executed` };
  if (isExecuted(records, executionId(dossier, 'undo')))
    return { none: `${of} was taken back under its own signature` };
  return { dossier };
}

/** The object that the first undo step changes; undefined where nothing takes the plan back. */
function subjectOf({ namespace, undo: [first] }: Plan): ObjectRef | undefined {
  if (!first) return undefined;
  const { action, use } = bind(namespace, first);
  return action.reads(use)[0];
}

function offered(records: readonly JournalRecord[]): Digest[] {
  const offers = records.filter(({ kind, process }) => kind === 'dossier.offered' && process === 'airlock_serve');
  const digests = offers.map(({ body }) => digestSchema.safeParse((body as { digest?: unknown }).digest).data);
  return digests.filter((digest) => digest !== undefined);
}

function isExecuted(records: readonly JournalRecord[], execution: string): boolean {
  return records.some(({ kind, process, body }) => {
    const finished = kind === 'execution.finished' && process === 'airlock_gateway';
    const said = body as { execution?: unknown; outcome?: unknown };
    return finished && said.execution === execution && said.outcome === 'executed';
  });
}

/** The incident that was a request for this one's undo and was executed and not taken back itself. */
async function undoneBy(journal: JournalReader, of: string): Promise<string | undefined> {
  const byIncident = Map.groupBy(await journal.overview(), ({ incident }) => incident);
  const wish = nameOfWish({ kind: 'undo', incident: of });
  return [...byIncident.values()].map(incidentView).find((view) => {
    return view?.name === wish && view.cause === 'person' && view.outcome?.outcome === 'repaired';
  })?.id;
}
