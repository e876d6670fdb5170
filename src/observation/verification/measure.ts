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

/** One expected value and the actual value in the target cluster. */
export interface ComparedValue {
  /**
   * The object and the measurement, such as `Deployment shop/web ready`. After an undo: the object and the word
   * `precondition`.
   */
  what: string;
  /** The expected value. After a plan: the predicted value. After an undo: the digest in the precondition. */
  predicted: string | number | null;
  /**
   * The actual value. Null if there is no value to compare, for example because the object does not exist. After an
   * undo: a text instead of the digest, if a new object with a different uid has the same name.
   */
  actual: string | number | null;
  matches: boolean;
}

/** The result of comparing the target cluster once with all expected values. */
export interface Comparison {
  /** True if the controllers have finished with the objects that the plan changed. */
  settled: boolean;
  /** One entry for each expected value. */
  compared: ComparedValue[];
}

/** What a comparison needs from outside. */
export interface ComparisonDeps {
  reader: ClusterReader;
  redactor: Redactor;
}

/**
 * Compares the target cluster once with the predictions. Predictions of grade `unknown` have no value and are left out.
 * A prediction about an object that the plan does not change never matches.
 */
export async function compareWithPredictions(
  deps: ComparisonDeps,
  plan: Plan,
  predictions: readonly Prediction[],
): Promise<Comparison> {
  const objects = await readObjects(deps, plan);
  const checked = predictions.filter((prediction) => prediction.grade !== 'unknown');
  const compared = checked.map(({ object, measurement, value }) => {
    const measurements = isChangedBy(plan, object) ? measureObject(objects, object) : undefined;
    const actual = measurements?.[measurement] ?? null;
    return {
      what: `${describeRef(object)} ${measurement}`,
      predicted: value,
      actual,
      matches: measurements !== undefined && actual === value,
    };
  });
  return { settled: areSettled(objects, plan), compared };
}

/**
 * Compares each object that the plan changes with the object's state before the plan. The precondition of the first
 * step on an object describes this state. Used after an undo.
 */
export async function compareWithPreconditions(deps: ComparisonDeps, plan: Plan): Promise<Comparison> {
  const objects = await readObjects(deps, plan);
  const compared = await Promise.all(firstSteps(plan).map((step) => compareObject(deps, plan, step)));
  return { settled: areSettled(objects, plan), compared };
}

/**
 * Reads the objects that the plan changes. If the plan has a namespace, also reads the ReplicaSets and the pods of this
 * namespace. Redacts only the changed objects, because predictions contain digests of their redacted templates. A
 * comparison contains no private text of ReplicaSets or pods.
 */
async function readObjects({ reader, redactor }: ComparisonDeps, plan: Plan): Promise<KubeObject[]> {
  const listedKinds = plan.namespace === undefined ? [] : [replicaSetKind, podKind];
  const [changed, sets = [], pods = []] = await Promise.all([
    Promise.all(objectsChangedBy(plan).map((ref) => reader.get(ref))),
    ...listedKinds.map((kind) => reader.list(kind, plan.namespace)),
  ]);
  const found = changed.filter((object) => object !== undefined);
  return [...(await redact(redactor, plan.cluster, found)), ...sets, ...pods];
}

function isChangedBy(plan: Plan, object: ObjectRef): boolean {
  return objectsChangedBy(plan).some((ref) => describeRef(ref) === describeRef(object));
}

function areSettled(objects: readonly KubeObject[], plan: Plan): boolean {
  return objectsChangedBy(plan).every((ref) => isSettled(objects, ref));
}

type Step = Plan['steps'][number];

/** Returns the first step on each object that the plan changes. */
function firstSteps(plan: Plan): Step[] {
  const seen = new Set<string>();
  return plan.steps.filter((step) => {
    const [changed] = objectsChangedBy({ ...plan, steps: [step] });
    const name = changed ? describeRef(changed) : step.id;
    return !seen.has(name) && seen.add(name);
  });
}

/** Compares the object that a step changes with the precondition of the step. */
async function compareObject({ reader, redactor }: ComparisonDeps, plan: Plan, step: Step): Promise<ComparedValue> {
  const bound = bind(plan.namespace, step);
  const refs = bound.action.objectsToRead(bound.input);
  const read = await Promise.all(refs.map((ref) => reader.get(ref)));
  const found = read.filter((object) => object !== undefined);
  const [changed] = refs;
  const what = `${changed ? describeRef(changed) : step.id} precondition`;
  const predicted = step.precondition.digest;
  if (found.length < refs.length) return { what, predicted, actual: null, matches: false };
  const { uid, digest } = preconditionOf(bound, await redact(redactor, plan.cluster, found));
  if (uid !== step.precondition.uid) {
    return { what, predicted, actual: 'none: a new object has this name', matches: false };
  }
  return { what, predicted, actual: digest, matches: digest === predicted };
}
