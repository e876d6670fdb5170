import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Basis, Plan } from '../../src/domain/plan/plan.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import type { Behaviours } from '../model/behaviours.ts';
import type { Replay } from '../replay/replay.ts';

/** Everything that a rehearsal has seen; checks and predictions are pure functions of it. */
export interface Findings {
  plan: Plan;
  snapshot: Snapshot;
  /** `gitVersion` of the sandbox's API server. */
  kubernetes: string;
  /** The objects that the plan changes. */
  touched: readonly ObjectRef[];
  behaviours: Behaviours;
  /** What could not be loaded as it is, in sentences. */
  leftOut: readonly string[];
  /** Basis of every step over the snapshot (do) or over what the steps before it leave (undo), by step id. */
  bases: Record<string, Basis>;
  /** What the actions themselves say against being used. */
  refusals: string[];
  /** Every object of the sandbox before the first step. */
  before: readonly KubeObject[];
  /** Absent where the actions refused. */
  done?: Replay;
  /** Absent where the plan has no undo, or where nothing was done that could be undone. */
  undone?: Replay;
}

/** Builds a check; details are sorted, each once, and cut to what a report may hold. */
export function check(id: string, failures: readonly string[], sentences: { passed: string; failed: string }): Check {
  const details = [...new Set(failures.map((words) => words.slice(0, 4000)))].sort();
  const rest = details.length - 49;
  const shown = details.length > 50 ? [...details.slice(0, 49), `and ${rest} more`] : details;
  const passed = details.length === 0;
  return { id, passed, sentence: passed ? sentences.passed : sentences.failed, details: shown };
}
