import { basisOf, bind } from '../../actions/catalogue.ts';
import { factsOf } from '../../domain/rehearsal/measurement.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Redactor } from '../../domain/ports.ts';
import type { Prediction } from '../../domain/rehearsal/report.ts';
import { isSettled } from '../../steps/settle.ts';
import { knownKind } from '../known-kind.ts';
import type { ClusterReader } from '../ports.ts';
import { redact } from '../snapshot/redact.ts';
import { targetsOf } from '../snapshot/touched.ts';

const setKind = knownKind('apps/v1', 'ReplicaSet');
const podKind = knownKind('v1', 'Pod');

/** One thing that was foretold, beside what it is. */
export interface Comparison {
  /** `Deployment shop/web ready`. */
  what: string;
  predicted: string | number | null;
  actual: string | number | null;
  matches: boolean;
}

/** What the target looks like now: comparisons, and whether its controllers are done with the touched workloads. */
export interface Measured {
  settled: boolean;
  compared: Comparison[];
}

export interface MeasureDeps {
  reader: ClusterReader;
  redactor: Redactor;
}

/** The predictions that can be checked, beside the target's facts; those of grade unknown say nothing and are left out. */
export async function measurePredictions(
  deps: MeasureDeps,
  plan: Plan,
  predictions: readonly Prediction[],
): Promise<Measured> {
  const objects = await readTouched(deps, plan);
  const checked = predictions.filter((prediction) => prediction.grade !== 'unknown');
  const compared = checked.map(({ object, fact, value }) => {
    const facts = inPlan(object, plan) ? factsOf(objects, object) : undefined;
    const actual = facts?.[fact] ?? null;
    return {
      what: `${describeRef(object)} ${fact}`,
      predicted: value,
      actual,
      matches: facts !== undefined && actual === value,
    };
  });
  return { settled: allSettled(objects, plan), compared };
}

/** Whether what the first step on each object read before the plan is there again: that is what an undo restores. */
export async function measureBases(deps: MeasureDeps, plan: Plan): Promise<Measured> {
  const objects = await readTouched(deps, plan);
  const compared = await Promise.all(firstSteps(plan).map((step) => compareBasis(deps, plan, step)));
  return { settled: allSettled(objects, plan), compared };
}

/**
 * What the plan changes, redacted, since templates are compared; ReplicaSets and pods of its namespace, where it has one,
 * are only counted.
 */
async function readTouched({ reader, redactor }: MeasureDeps, plan: Plan): Promise<KubeObject[]> {
  const below = plan.namespace === undefined ? [] : [setKind, podKind];
  const [targets, sets = [], pods = []] = await Promise.all([
    Promise.all(targetsOf(plan).map((ref) => reader.get(ref))),
    ...below.map((kind) => reader.list(kind, plan.namespace)),
  ]);
  const found = targets.filter((target) => target !== undefined);
  return [...(await redact(redactor, found)), ...sets, ...pods];
}

function inPlan(object: ObjectRef, plan: Plan): boolean {
  return targetsOf(plan).some((ref) => describeRef(ref) === describeRef(object));
}

function allSettled(objects: readonly KubeObject[], plan: Plan): boolean {
  return targetsOf(plan).every((ref) => isSettled(objects, ref));
}

type Step = Plan['steps'][number];

function firstSteps(plan: Plan): Step[] {
  const seen = new Set<string>();
  return plan.steps.filter((step) => {
    const [target] = targetsOf({ ...plan, steps: [step] });
    const name = target ? describeRef(target) : step.id;
    return !seen.has(name) && seen.add(name);
  });
}

async function compareBasis({ reader, redactor }: MeasureDeps, plan: Plan, step: Step): Promise<Comparison> {
  const bound = bind(plan.namespace, step);
  const refs = bound.action.reads(bound.use);
  const read = await Promise.all(refs.map((ref) => reader.get(ref)));
  const found = read.filter((object) => object !== undefined);
  const [target] = refs;
  const what = `${target ? describeRef(target) : step.id} as before`;
  const predicted = step.basis.digest;
  if (found.length < refs.length) return { what, predicted, actual: null, matches: false };
  const { uid, digest } = basisOf(bound, await redact(redactor, found));
  return { what, predicted, actual: digest, matches: digest === predicted && uid === step.basis.uid };
}
