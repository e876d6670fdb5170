import { sameJson } from '../../src/lib/json/json.ts';
import { describeRef, refOf, sameRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controllerOf, isOwnedByAny } from '../../src/domain/kubernetes/owner-chain.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if an object outside the plan was changed, created or removed. `touched` lists the objects that the plan
 * changes. Every other object is outside the plan, unless an object in `touched` owns it, directly or indirectly. A
 * preempted pod counts as removed.
 */
export function checkSideEffects({ before, touched }: CheckInput, { objects }: SandboxRun): Check {
  return checkResult('side-effects', changesOutsidePlan(before, objects, touched), {
    passed: 'no object outside the plan was changed, created or removed',
    failed: 'an object outside the plan was changed, created or removed',
  });
}

/**
 * Compares the objects outside the plan before and after the plan. Ignores their `status`, and metadata such as
 * `resourceVersion` and `managedFields`.
 * @param touched the objects that the plan changes.
 * @returns one sentence per changed, created or removed object.
 */
export function changesOutsidePlan(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  touched: readonly ObjectRef[],
): string[] {
  const beforeByName = byName(outsidePlan(before, touched));
  const afterByName = byName(outsidePlan(after, touched));
  const names = [...new Set([...beforeByName.keys(), ...afterByName.keys()])].sort();
  return names.flatMap((name) => {
    const [old, current] = [beforeByName.get(name), afterByName.get(name)];
    if (!old) return [`${describeCreated(name, current)} was created`];
    if (!current) return [`${name} was removed`];
    if (current.metadata.deletionTimestamp && !old.metadata.deletionTimestamp) return [`${name} is being removed`];
    return sameJson(comparedFields(old, current), comparedFields(current, current)) ? [] : [`${name} was changed`];
  });
}

/** Returns the objects that are not in `touched` and that no object in `touched` owns, directly or indirectly. */
function outsidePlan(objects: readonly KubeObject[], touched: readonly ObjectRef[]): KubeObject[] {
  const insideUids = new Set(
    objects.filter((object) => touched.some((ref) => sameRef(ref, refOf(object)))).map((object) => object.metadata.uid),
  );
  const isInside = (object: KubeObject): boolean =>
    insideUids.has(object.metadata.uid) || isOwnedByAny(object, insideUids);
  // Each round finds at least one more level of owned objects: for a Deployment, first the ReplicaSets, then the pods.
  // Three rounds are enough for the built-in kinds.
  for (let round = 0; round < 3; round++) {
    for (const object of objects) if (isInside(object)) insideUids.add(object.metadata.uid);
  }
  return objects.filter((object) => !isInside(object));
}

function byName(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(objects.map((object) => [describeRef(refOf(object)), object]));
}

/** Returns the name of a new object. A pod is named by its controller, because the names of most pods are random. */
function describeCreated(name: string, object: KubeObject | undefined): string {
  const owner = object && controllerOf(object);
  return object?.kind === 'Pod' && owner ? `a Pod of ${owner.kind} ${owner.name}` : name;
}

/**
 * Returns the fields of `object` that are compared. `current` is the same object after the plan. A pod without a node
 * gets the node of `current`. So a pod does not count as changed if it was pending and has been scheduled since.
 */
function comparedFields(object: KubeObject, current: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object;
  const { uid, labels = {}, annotations = {}, ownerReferences = [], finalizers = [] } = metadata;
  const spec = rest['spec'] ?? {};
  const placed = object.kind === 'Pod' && !spec.nodeName ? { ...spec, nodeName: current['spec']?.nodeName } : spec;
  return { ...rest, spec: placed, uid, labels, annotations, ownerReferences, finalizers };
}
