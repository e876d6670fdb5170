import { plannedChange } from '../../actions/planned-change.ts';
import { propose } from '../../actions/propose.ts';
import type { Plan, Precondition } from '../../domain/plan/plan.ts';
import { changeLines } from '../../domain/rehearsal/change-lines.ts';
import { measureObject } from '../../domain/rehearsal/measurement.ts';
import type { Prediction, Report } from '../../domain/rehearsal/report.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { AirlockError } from '../../lib/error.ts';
import { objectUnknowns } from './object-unknowns.ts';

/**
 * What the observer computes itself from its own snapshot, with the functions that also make the writes of the steps.
 * For these fields of a report, the observer does not ask the sandbox.
 */
export interface OwnFindings extends Pick<Report, 'diff' | 'preconditions' | 'unknowns'> {
  /** The measurements that only the steps decide, and no controller. The predictions of the sandbox must equal them. */
  written: Pick<Prediction, 'object' | 'measurement' | 'value'>[];
  /** Why the plan does not fit the snapshot. Then `diff`, `preconditions` and `written` are empty. */
  problem?: string;
}

/** The measurements that are fields which the steps write. The other measurements depend on controllers and pods. */
const writtenMeasurements: readonly string[] = ['template', 'replicas', 'cordoned'];

/** Computes the own findings for a plan. @throws AirlockError `bad-input` if a step of the plan is invalid. */
export function ownFindings(plan: Plan, { objects, unknowns }: Snapshot): OwnFindings {
  try {
    const changed = plannedChange(plan, objects);
    return {
      diff: changed.flatMap(({ ref, before, after }) => changeLines(ref, before, after)),
      preconditions: preconditionsOf(plan, objects),
      unknowns: [...unknowns, ...objectUnknowns(changed, objects)],
      written: changed.flatMap(({ ref, after }) =>
        Object.entries(measureObject([after], ref) ?? {})
          .filter(([measurement]) => writtenMeasurements.includes(measurement))
          .map(([measurement, value]) => ({ object: ref, measurement, value })),
      ),
    };
  } catch (error) {
    const doesNotFit = ['object-not-found', 'precondition-changed'];
    if (!(error instanceof AirlockError && doesNotFit.includes(error.code))) throw error;
    return { diff: [], preconditions: {}, unknowns, written: [], problem: error.message };
  }
}

/** Computes the preconditions of the steps and undo steps again. The keys of the result are the ids of the steps. */
function preconditionsOf(plan: Plan, objects: Snapshot['objects']): Record<string, Precondition> {
  const inScope = objects.filter((object) => object.metadata.namespace === plan.namespace);
  const { steps, undo } = propose(plan.namespace, plan.steps, inScope);
  return Object.fromEntries([...steps, ...undo].map((step) => [step.id, step.precondition]));
}
