import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Precondition, Plan } from '../../src/domain/plan/plan.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import type { Behaviours } from '../model/behaviours.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/** The plan, the snapshot, and what the rehearsal found. The report is computed from this input and the timeline. */
export interface CheckInput {
  plan: Plan;
  snapshot: Snapshot;
  /** `gitVersion` of the sandbox's API server. */
  sandboxVersion: string;
  /** The objects that the steps and the undo steps change, each once. */
  touched: readonly ObjectRef[];
  /** How the pods of each pod template behave, as inferred from the snapshot. */
  behaviours: Behaviours;
  /**
   * The preconditions of the steps and the undo steps, computed again from the snapshot. The check `precondition`
   * compares these preconditions with those in the plan. The keys are the ids of the steps.
   */
  preconditions: Record<string, Precondition>;
  /** Why the rules of the plan's actions refuse the plan. If there is a reason, no step runs in the sandbox. */
  actionRefusals: string[];
  /** Every object of the sandbox before the first step. */
  before: readonly KubeObject[];
  /** The run of the steps. Absent if `actionRefusals` has a reason. */
  planRun?: SandboxRun;
  /** The run of the undo steps. Absent if there are none, or if `planRun` is absent or has a refusal. */
  undoRun?: SandboxRun;
}

/**
 * Returns the result of a check. The check passes if there are no failures. `details` contains the failures, sorted and
 * without duplicates: at most 50, each of at most 4,000 characters.
 */
export function checkResult(
  id: string,
  failures: readonly string[],
  sentences: { passed: string; failed: string },
): Check {
  const details = [...new Set(failures.map((failure) => failure.slice(0, 4000)))].sort();
  const hidden = details.length - 49;
  const shown = details.length > 50 ? [...details.slice(0, 49), `and ${hidden} more`] : details;
  const passed = details.length === 0;
  return { id, passed, sentence: passed ? sentences.passed : sentences.failed, details: shown };
}
