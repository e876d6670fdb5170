import { bind } from '../../actions/registry.ts';
import { dossierSchema } from '../../domain/approval/dossier.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { incidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { ObjectRef } from '../../domain/kubernetes/object.ts';
import { executionId } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { describeRequest } from '../../domain/approval/request.ts';
import type { Blobs, JournalReader } from '../../domain/journal/ports.ts';

/** What `executedPlan` needs from outside. */
export interface ExecutedPlanDeps {
  journal: JournalReader;
  blobs: Blobs;
}

/** A plan that can be undone. */
export interface ExecutedPlan {
  plan: Digest;
  /** The Kubernetes object that the first undo step changes back. */
  subject: ObjectRef;
}

/**
 * Finds the plan that a closed incident executed, so a new plan can undo it. A record in the journal counts only if the
 * responsible PostgreSQL role wrote it: `airlock_serve` for dossiers, `airlock_gateway` for executions. The input `of`
 * is the id of the closed incident. The incident must belong to `cluster`.
 * @returns the plan, or in `none` the reason why nothing can be undone.
 */
export async function executedPlan(
  { journal, blobs }: ExecutedPlanDeps,
  { of: closed, cluster }: { of: string; cluster: string },
): Promise<ExecutedPlan | { none: string }> {
  const executed = executedDossier(await journal.read(closed), { of: closed, cluster });
  if ('none' in executed) return executed;
  const later = await undoneBy(journal, closed);
  if (later) return { none: `${closed} was undone by ${later}, so there is nothing to undo` };
  const parsed = dossierSchema.safeParse(await blobs.get(executed.dossier));
  if (!parsed.success)
    return { none: `the dossier of ${closed} has a form that this version cannot read: undo the change by hand` };
  const { plan } = parsed.data;
  const subject = subjectOf(plan);
  if (!subject) return { none: `the plan of ${closed} cannot be undone: ${plan.noUndo ?? 'the plan gives no reason'}` };
  return { plan: await blobs.put(plan), subject };
}

function executedDossier(
  records: readonly JournalRecord[],
  { of: closed, cluster }: { of: string; cluster: string },
): { dossier: Digest } | { none: string } {
  const view = incidentView(records);
  if (!view) return { none: `incident ${closed} does not exist: \`airlock incidents ls\` lists all ids` };
  if (view.cluster !== cluster)
    return { none: `${closed} belongs to cluster ${view.cluster}: request the undo for that cluster` };
  if (!view.outcome) return { none: `${closed} is still open and may undo its change itself: wait until it closes` };
  const dossier = offered(records).findLast((digest) => isExecuted(records, executionId(digest, 'do')));
  if (!dossier) return { none: `${closed} executed nothing, so there is nothing to undo` };
  if (isExecuted(records, executionId(dossier, 'undo')))
    return { none: `${closed} undid its change itself, so there is nothing to undo` };
  return { dossier };
}

/** Returns the object that the first undo step changes; undefined if the plan has no undo steps. */
function subjectOf({ namespace, undo: [first] }: Plan): ObjectRef | undefined {
  if (!first) return undefined;
  const { action, input } = bind(namespace, first);
  return action.reads(input)[0];
}

/** Returns the digests of the dossiers that `airlock serve` offered to approvers, oldest first. */
function offered(records: readonly JournalRecord[]): Digest[] {
  const offers = records.filter(({ kind, writer }) => kind === 'dossier.offered' && writer === 'airlock_serve');
  const digests = offers.map(({ body }) => digestSchema.safeParse((body as { digest?: unknown }).digest).data);
  return digests.filter((digest) => digest !== undefined);
}

function isExecuted(records: readonly JournalRecord[], execution: string): boolean {
  return records.some(({ kind, writer, body }) => {
    const finished = kind === 'execution.finished' && writer === 'airlock_gateway';
    const result = body as { execution?: unknown; outcome?: unknown };
    return finished && result.execution === execution && result.outcome === 'executed';
  });
}

/**
 * Returns the id of the incident that has undone the plan of `incident`; undefined if there is none. A person's request
 * for this undo opened that incident, and its outcome is `repaired`.
 */
async function undoneBy(journal: JournalReader, incident: string): Promise<string | undefined> {
  const byIncident = Map.groupBy(await journal.overview(), (record) => record.incident);
  const name = describeRequest({ kind: 'undo', incident });
  return [...byIncident.values()].map(incidentView).find((view) => {
    return view?.name === name && view.cause === 'person' && view.outcome?.outcome === 'repaired';
  })?.id;
}
