import { bind } from '../../actions/registry.ts';
import { dossierSchema } from '../../domain/approval/dossier.ts';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { incidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { ObjectRef } from '../../domain/kubernetes/object.ts';
import { executionId } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { nameOfRequestedChange } from '../../domain/approval/request.ts';
import type { Blobs, JournalReader } from '../../domain/journal/ports.ts';

/** What `executedPlan` needs from outside. */
export interface ExecutedPlanDeps {
  journal: JournalReader;
  blobs: Blobs;
}

/** The incident whose plan a person wants to undo. */
interface IncidentToUndo {
  /** Id of the incident. */
  incident: string;
  /** The cluster of the person's request. The incident must belong to this cluster. */
  cluster: string;
}

/** An executed plan that a new plan can undo. */
export interface UndoablePlan {
  /** Digest of the executed plan. */
  plan: Digest;
  /** The Kubernetes object that the first undo step changes. */
  subject: ObjectRef;
}

/**
 * Finds the executed plan of a closed incident. A new plan can then undo the found plan. A dossier record counts only
 * if the PostgreSQL role `airlock_serve` wrote the record. An execution record counts only if the role
 * `airlock_gateway` wrote the record. Other roles could append false records.
 * @returns the found plan, or in `none` the reason why Airlock cannot undo a plan of this incident.
 */
export async function executedPlan(
  { journal, blobs }: ExecutedPlanDeps,
  { incident, cluster }: IncidentToUndo,
): Promise<UndoablePlan | { none: string }> {
  const executed = executedDossier(await journal.read(incident), { incident, cluster });
  if ('none' in executed) return executed;
  const later = await undoneBy(journal, incident);
  if (later)
    return { none: `the plan of incident ${incident} was undone by incident ${later}: a plan can be undone only once` };
  const parsed = dossierSchema.safeParse(await blobs.get(executed.dossier));
  if (!parsed.success)
    return { none: `this version of Airlock cannot read the dossier of incident ${incident}: undo the change by hand` };
  const { plan } = parsed.data;
  const subject = subjectOf(plan);
  if (!subject) {
    const why = plan.noUndo ?? 'the plan gives no reason';
    return { none: `the plan of incident ${incident} cannot be undone: ${why}` };
  }
  return { plan: await blobs.put(plan), subject };
}

function executedDossier(
  records: readonly JournalRecord[],
  { incident, cluster }: IncidentToUndo,
): { dossier: Digest } | { none: string } {
  const view = incidentView(records);
  if (!view) return { none: `incident ${incident} does not exist: \`airlock incidents ls\` lists all ids` };
  if (view.cluster !== cluster)
    return { none: `incident ${incident} belongs to cluster ${view.cluster}: request the undo for that cluster` };
  if (!view.outcome)
    return {
      none: `incident ${incident} is still open, and Airlock may still undo the change: wait until the incident closes`,
    };
  const dossier = offeredDossiers(records).findLast((digest) => isExecuted(records, executionId(digest, 'do')));
  if (!dossier)
    return {
      none: `no plan of incident ${incident} was executed completely: Airlock can undo only a complete execution`,
    };
  if (isExecuted(records, executionId(dossier, 'undo')))
    return { none: `Airlock has already undone the plan of incident ${incident}, so there is nothing to undo` };
  return { dossier };
}

/** Returns the object that the first undo step changes; undefined if the plan has no undo steps. */
function subjectOf({ namespace, undo: [first] }: Plan): ObjectRef | undefined {
  if (!first) return undefined;
  const { action, input } = bind(namespace, first);
  return action.objectsToRead(input)[0];
}

/** Returns the digests of the dossiers that `airlock serve` recorded, oldest first. */
function offeredDossiers(records: readonly JournalRecord[]): Digest[] {
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
 * Returns the id of a later incident that undid the plan of `incident`; undefined if there is no such later incident. A
 * later incident counts only if a person's request for this undo opened it and its outcome is `repaired`.
 */
async function undoneBy(journal: JournalReader, incident: string): Promise<string | undefined> {
  const name = nameOfRequestedChange({ kind: 'undo', incident });
  for (const id of await journal.openedByPerson(name)) {
    const view = incidentView(await journal.recent(id));
    if (view?.name === name && view.cause === 'person' && view.outcome?.outcome === 'repaired') return id;
  }
  return undefined;
}
