import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Precondition, Plan } from '../../src/domain/plan/plan.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import type { Behaviours } from '../model/behaviours.ts';
import type { Replay } from '../replay/replay.ts';

/** Everything that a rehearsal observed. Checks and predictions are pure functions of it. */
export interface Findings {
  plan: Plan;
  snapshot: Snapshot;
  /** `gitVersion` of the sandbox's API server. */
  kubernetes: string;
  /** The objects that the plan changes. */
  touched: readonly ObjectRef[];
  behaviours: Behaviours;
  /** What could not be loaded unchanged, in sentences. */
  leftOut: readonly string[];
  /** The precondition of every step by step id: over the snapshot (do), or over the state after the steps before it (undo). */
  preconditions: Record<string, Precondition>;
  /** The refusals of the actions' own rules. */
  refusals: string[];
  /** Every object of the sandbox before the first step. */
  before: readonly KubeObject[];
  /** Absent if an action's own rules refused the plan. */
  done?: Replay;
  /** Absent if the plan has no undo, or if the plan could not be applied. */
  undone?: Replay;
}

/** Builds a check. Details are sorted, without duplicates, and cut to the limits of a report. */
export function check(id: string, failures: readonly string[], sentences: { passed: string; failed: string }): Check {
  const details = [...new Set(failures.map((failure) => failure.slice(0, 4000)))].sort();
  const rest = details.length - 49;
  const shown = details.length > 50 ? [...details.slice(0, 49), `and ${rest} more`] : details;
  const passed = details.length === 0;
  return { id, passed, sentence: passed ? sentences.passed : sentences.failed, details: shown };
}
