import { sameJson } from '../../src/lib/json/json.ts';
import { describeRef, refOf, sameRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controllerOf, isOwnedByAny } from '../../src/domain/kubernetes/owner-chain.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if the plan changed, created or removed any object except the objects of its steps (`touched`) and the objects
 * that they own. A preempted pod counts as removed.
 */
export function checkSideEffects({ before, touched }: CheckInput, { objects }: SandboxRun): Check {
  return checkResult('side-effects', changesOutsidePlan(before, objects, touched), {
    passed: 'no other object was changed, and no other pod was preempted',
    failed: 'the plan changes objects that are not part of the plan',
  });
}

/**
 * Compares all objects before and after the plan, except the `touched` objects and the objects that they own. Ignores
 * `status` and most metadata, for example `resourceVersion` and `managedFields`.
 * @returns one sentence per difference.
 */
export function changesOutsidePlan(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  touched: readonly ObjectRef[],
): string[] {
  const beforeByName = byName(othersThan(before, touched));
  const afterByName = byName(othersThan(after, touched));
  const names = [...new Set([...beforeByName.keys(), ...afterByName.keys()])].sort();
  return names.flatMap((name) => {
    const [old, current] = [beforeByName.get(name), afterByName.get(name)];
    if (!old) return [`${describeCreated(name, current)} was created`];
    if (!current) return [`${name} was removed`];
    if (current.metadata.deletionTimestamp && !old.metadata.deletionTimestamp) return [`${name} is being removed`];
    return sameJson(comparable(old, current), comparable(current, current)) ? [] : [`${name} was changed`];
  });
}

function othersThan(objects: readonly KubeObject[], touched: readonly ObjectRef[]): KubeObject[] {
  const ownUids = new Set(
    objects.filter((object) => touched.some((ref) => sameRef(ref, refOf(object)))).map((object) => object.metadata.uid),
  );
  const isOwn = (object: KubeObject): boolean => ownUids.has(object.metadata.uid) || isOwnedByAny(object, ownUids);
  // Ownership is transitive: a Deployment owns ReplicaSets, which own pods. Three rounds cover all built-in kinds.
  for (let round = 0; round < 3; round++) {
    for (const object of objects) if (isOwn(object)) ownUids.add(object.metadata.uid);
  }
  return objects.filter((object) => !isOwn(object));
}

function byName(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(objects.map((object) => [describeRef(refOf(object)), object]));
}

/** Describes a new object by its name, but a new pod by its controller, because the names of pods are random. */
function describeCreated(name: string, object: KubeObject | undefined): string {
  const owner = object && controllerOf(object);
  return object?.kind === 'Pod' && owner ? `a Pod of ${owner.kind} ${owner.name}` : name;
}

/**
 * The fields of an object that are compared. If a pod has no node in `object`, the node that it has after the plan is
 * filled in. So a pending pod that was only scheduled meanwhile does not count as changed.
 */
function comparable(object: KubeObject, after: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object;
  const { uid, labels = {}, annotations = {}, ownerReferences = [], finalizers = [] } = metadata;
  const spec = rest['spec'] ?? {};
  const placed = object.kind === 'Pod' && !spec.nodeName ? { ...spec, nodeName: after['spec']?.nodeName } : spec;
  return { ...rest, spec: placed, uid, labels, annotations, ownerReferences, finalizers };
}
