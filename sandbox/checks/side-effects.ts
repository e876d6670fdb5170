import { sameJson } from '../../src/lib/json/json.ts';
import { describeRef, refOf, sameRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controllerOf, isOwnedByAny } from '../../src/domain/kubernetes/owner-chain.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if the plan changed, created or removed any object except the objects of its steps (`touched`) and the objects
 * that they own. Fails also if the plan preempted another pod.
 */
export function checkSideEffects({ before, touched }: CheckInput, { objects }: SandboxRun): Check {
  return checkResult('side-effects', changesBeside(before, objects, touched), {
    passed: 'no other object was changed, and no other pod was preempted',
    failed: 'the plan changes objects that it does not name',
  });
}

/**
 * Compares all objects before and after the plan. Returns one sentence per difference. Ignores the `touched` objects, the
 * objects that they own, `status`, and the metadata that the API server writes.
 */
export function changesBeside(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  touched: readonly ObjectRef[],
): string[] {
  const oldByName = byName(othersThan(before, touched));
  const newByName = byName(othersThan(after, touched));
  const names = [...new Set([...oldByName.keys(), ...newByName.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [oldByName.get(name), newByName.get(name)];
    if (!old) return [`${withoutName(name, now)} was created`];
    if (!now) return [`${name} was removed`];
    if (now.metadata.deletionTimestamp && !old.metadata.deletionTimestamp) return [`${name} is being removed`];
    return sameJson(comparable(old, now), comparable(now, now)) ? [] : [`${name} was changed`];
  });
}

function othersThan(objects: readonly KubeObject[], touched: readonly ObjectRef[]): KubeObject[] {
  const own = new Set(
    objects.filter((object) => touched.some((ref) => sameRef(ref, refOf(object)))).map((object) => object.metadata.uid),
  );
  const isOwn = (object: KubeObject): boolean => own.has(object.metadata.uid) || isOwnedByAny(object, own);
  // Ownership is transitive: a Deployment owns ReplicaSets, which own pods. Three rounds cover all built-in kinds.
  for (let round = 0; round < 3; round++) {
    for (const object of objects) if (isOwn(object)) own.add(object.metadata.uid);
  }
  return objects.filter((object) => !isOwn(object));
}

function byName(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(objects.map((object) => [describeRef(refOf(object)), object]));
}

/** Describes a new pod by its controller, because the name of the pod is random. */
function withoutName(name: string, object: KubeObject | undefined): string {
  const owner = object && controllerOf(object);
  return object?.kind === 'Pod' && owner ? `a Pod of ${owner.kind} ${owner.name}` : name;
}

/**
 * The compared fields of an object. A pod without a node gets the node from `now`. So a pod that only waited to be
 * scheduled does not count as changed.
 */
function comparable(object: KubeObject, now: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object;
  const { uid, labels = {}, annotations = {}, ownerReferences = [], finalizers = [] } = metadata;
  const spec = rest['spec'] ?? {};
  const placed = object.kind === 'Pod' && !spec.nodeName ? { ...spec, nodeName: now['spec']?.nodeName } : spec;
  return { ...rest, spec: placed, uid, labels, annotations, ownerReferences, finalizers };
}
