import { preconditionOf, bind } from '../../actions/registry.ts';
import { measureObject } from '../../domain/rehearsal/measurement.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
import type { Prediction } from '../../domain/rehearsal/report.ts';
import { isSettled } from '../../steps/settle.ts';
import { knownResourceMapping } from '../../domain/kubernetes/resource-mapping.ts';
import type { ClusterReader } from '../ports.ts';
import { redact } from '../snapshot/redact.ts';
import { targetsOf } from '../snapshot/touched.ts';

const replicaSetKind = knownResourceMapping('apps/v1', 'ReplicaSet');
const podKind = knownResourceMapping('v1', 'Pod');

/** One expected value, and the actual value in the target cluster. */
export interface Comparison {
  /** Object and measurement, such as `Deployment shop/web ready`. */
  what: string;
  predicted: string | number | null;
  actual: string | number | null;
  matches: boolean;
}

/** The result of measuring the target cluster once: one `Comparison` for each expected value. */
export interface Measured {
  /** True if the controllers have finished with the objects that the plan changed. */
  settled: boolean;
  compared: Comparison[];
}

/** What measuring needs from outside. */
export interface MeasureDeps {
  reader: ClusterReader;
  redactor: Redactor;
}

/**
 * Compares the target cluster with the predictions. Predictions of grade `unknown` have no value, so they are left out.
 */
export async function measurePredictions(
  deps: MeasureDeps,
  plan: Plan,
  predictions: readonly Prediction[],
): Promise<Measured> {
  const objects = await readTouched(deps, plan);
  const checked = predictions.filter((prediction) => prediction.grade !== 'unknown');
  const compared = checked.map(({ object, measurement, value }) => {
    const measurements = inPlan(object, plan) ? measureObject(objects, object) : undefined;
    const actual = measurements?.[measurement] ?? null;
    return {
      what: `${describeRef(object)} ${measurement}`,
      predicted: value,
      actual,
      matches: measurements !== undefined && actual === value,
    };
  });
  return { settled: allSettled(objects, plan), compared };
}

/**
 * Used after an undo: checks that each object of the plan is again in the state before the plan. The precondition of the
 * first step on an object describes this state.
 */
export async function measurePreconditions(deps: MeasureDeps, plan: Plan): Promise<Measured> {
  const objects = await readTouched(deps, plan);
  const compared = await Promise.all(firstSteps(plan).map((step) => comparePrecondition(deps, plan, step)));
  return { settled: allSettled(objects, plan), compared };
}

/**
 * Returns the objects that the plan changes, in redacted form, because the expected values contain digests of redacted
 * templates. Also returns the ReplicaSets and pods of the plan's namespace. They are only counted, so they are not
 * redacted. For a plan on cluster-scoped objects there is no namespace and nothing to count.
 */
async function readTouched({ reader, redactor }: MeasureDeps, plan: Plan): Promise<KubeObject[]> {
  const counted = plan.namespace === undefined ? [] : [replicaSetKind, podKind];
  const [targets, sets = [], pods = []] = await Promise.all([
    Promise.all(targetsOf(plan).map((ref) => reader.get(ref))),
    ...counted.map((kind) => reader.list(kind, plan.namespace)),
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

/** For each object that the plan changes, the first step that changes it. */
function firstSteps(plan: Plan): Step[] {
  const seen = new Set<string>();
  return plan.steps.filter((step) => {
    const [target] = targetsOf({ ...plan, steps: [step] });
    const name = target ? describeRef(target) : step.id;
    return !seen.has(name) && seen.add(name);
  });
}

async function comparePrecondition({ reader, redactor }: MeasureDeps, plan: Plan, step: Step): Promise<Comparison> {
  const bound = bind(plan.namespace, step);
  const refs = bound.action.reads(bound.input);
  const read = await Promise.all(refs.map((ref) => reader.get(ref)));
  const found = read.filter((object) => object !== undefined);
  const [target] = refs;
  const what = `${target ? describeRef(target) : step.id} as before`;
  const predicted = step.precondition.digest;
  if (found.length < refs.length) return { what, predicted, actual: null, matches: false };
  const { uid, digest } = preconditionOf(bound, await redact(redactor, found));
  return { what, predicted, actual: digest, matches: digest === predicted && uid === step.precondition.uid };
}
