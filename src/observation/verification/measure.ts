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
import { objectsChangedBy } from '../snapshot/touched.ts';

const replicaSetKind = knownResourceMapping('apps/v1', 'ReplicaSet');
const podKind = knownResourceMapping('v1', 'Pod');

/** One expected value, and the actual value in the target cluster. */
export interface ComparedValue {
  /**
   * What is compared, such as `Deployment shop/web ready`, or after an undo `Deployment shop/web state before the
   * plan`.
   */
  what: string;
  /** The expected value: after a plan, the predicted value; after an undo, the digest in the precondition. */
  predicted: string | number | null;
  /** Null if there is no such value, for example because the object does not exist. */
  actual: string | number | null;
  matches: boolean;
}

/** One comparison of the target cluster with all expected values. */
export interface Comparison {
  /** True if the controllers have finished with the objects that the plan changed. */
  settled: boolean;
  /** One entry for each expected value. */
  compared: ComparedValue[];
}

/** What measuring needs from outside. */
export interface MeasureDeps {
  reader: ClusterReader;
  redactor: Redactor;
}

/**
 * Compares the target cluster once with the predictions. Predictions of grade `unknown` have no value, so they are left
 * out.
 */
export async function measurePredictions(
  deps: MeasureDeps,
  plan: Plan,
  predictions: readonly Prediction[],
): Promise<Comparison> {
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
 * Compares each object of the plan, once, with its state before the plan. The precondition of the first step on an
 * object describes this state. Used after an undo.
 */
export async function measurePreconditions(deps: MeasureDeps, plan: Plan): Promise<Comparison> {
  const objects = await readTouched(deps, plan);
  const compared = await Promise.all(firstSteps(plan).map((step) => comparePrecondition(deps, plan, step)));
  return { settled: allSettled(objects, plan), compared };
}

/**
 * Returns the objects that the plan changes, and the ReplicaSets and pods of the plan's namespace, if there is one. The
 * changed objects are redacted, because the expected values contain digests of redacted templates. ReplicaSets and pods
 * are only counted, so they are not redacted.
 */
async function readTouched({ reader, redactor }: MeasureDeps, plan: Plan): Promise<KubeObject[]> {
  const counted = plan.namespace === undefined ? [] : [replicaSetKind, podKind];
  const [targets, sets = [], pods = []] = await Promise.all([
    Promise.all(objectsChangedBy(plan).map((ref) => reader.get(ref))),
    ...counted.map((kind) => reader.list(kind, plan.namespace)),
  ]);
  const found = targets.filter((target) => target !== undefined);
  return [...(await redact(redactor, found)), ...sets, ...pods];
}

function inPlan(object: ObjectRef, plan: Plan): boolean {
  return objectsChangedBy(plan).some((ref) => describeRef(ref) === describeRef(object));
}

function allSettled(objects: readonly KubeObject[], plan: Plan): boolean {
  return objectsChangedBy(plan).every((ref) => isSettled(objects, ref));
}

type Step = Plan['steps'][number];

/** Returns the first step on each object that the plan changes. */
function firstSteps(plan: Plan): Step[] {
  const seen = new Set<string>();
  return plan.steps.filter((step) => {
    const [target] = objectsChangedBy({ ...plan, steps: [step] });
    const name = target ? describeRef(target) : step.id;
    return !seen.has(name) && seen.add(name);
  });
}

async function comparePrecondition({ reader, redactor }: MeasureDeps, plan: Plan, step: Step): Promise<ComparedValue> {
  const bound = bind(plan.namespace, step);
  const refs = bound.action.reads(bound.input);
  const read = await Promise.all(refs.map((ref) => reader.get(ref)));
  const found = read.filter((object) => object !== undefined);
  const [target] = refs;
  const what = `${target ? describeRef(target) : step.id} state before the plan`;
  const predicted = step.precondition.digest;
  if (found.length < refs.length) return { what, predicted, actual: null, matches: false };
  const { uid, digest } = preconditionOf(bound, await redact(redactor, found));
  return { what, predicted, actual: digest, matches: digest === predicted && uid === step.precondition.uid };
}
