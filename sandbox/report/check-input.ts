import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Precondition, Plan } from '../../src/domain/plan/plan.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import type { Behaviours } from '../model/behaviours.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/** Everything that a rehearsal observed. Checks, predictions and unknowns are pure functions of it. */
export interface CheckInput {
  plan: Plan;
  snapshot: Snapshot;
  /** `gitVersion` of the sandbox's API server. */
  kubernetes: string;
  /** The objects that the plan changes, each once. */
  touched: readonly ObjectRef[];
  /** How the containers of each pod template behave, as inferred from the snapshot. */
  behaviours: Behaviours;
  /** Sentences about owner references that were not loaded, because the owner is not in the snapshot. */
  leftOut: readonly string[];
  /**
   * The precondition of each step and each undo step, by step id, as the rehearsal computed it. For the first step, the
   * state is the snapshot. For each later step, the state is the predicted state after the steps before.
   */
  preconditions: Record<string, Precondition>;
  /**
   * The reasons why the rules of the plan's actions refuse the plan. Empty if the rules allow the plan. Otherwise no
   * step runs.
   */
  refusals: string[];
  /** Every object of the sandbox before the first step. */
  before: readonly KubeObject[];
  /** The run of the plan. Absent if `refusals` is not empty, because then nothing ran. */
  planRun?: SandboxRun;
  /** The run of the undo after the plan. Absent if the plan has no undo, or if the plan could not be applied. */
  undoRun?: SandboxRun;
}

/**
 * Makes the result of a check. The check passes if there are no failures. The details are the failures: sorted, without
 * duplicates, and cut to the limits of a report.
 */
export function checkResult(
  id: string,
  failures: readonly string[],
  sentences: { passed: string; failed: string },
): Check {
  const details = [...new Set(failures.map((failure) => failure.slice(0, 4000)))].sort();
  const rest = details.length - 49;
  const shown = details.length > 50 ? [...details.slice(0, 49), `and ${rest} more`] : details;
  const passed = details.length === 0;
  return { id, passed, sentence: passed ? sentences.passed : sentences.failed, details: shown };
}
