import { sameJson } from '../../src/lib/json.ts';
import { describeRef, refOf, sameRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';

/** Nothing but the plan's targets and what they own was changed, made or removed; no other pod had to make room. */
export function outside({ before, touched }: Findings, { objects }: Replay): Check {
  return check('outside', changesOutside(before, objects, touched), {
    passed: 'nothing else was changed, and no other pod had to make room',
    failed: 'the plan changes what it does not name',
  });
}

/** What differs between two lists of everything, in sentences; status and bookkeeping do not count. */
export function changesOutside(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  touched: readonly ObjectRef[],
): string[] {
  const was = byName(othersThan(before, touched));
  const is = byName(othersThan(after, touched));
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [was.get(name), is.get(name)];
    if (!old) return [`${withoutName(name, now)} was made`];
    if (!now) return [`${name} was removed`];
    if (now.metadata.deletionTimestamp && !old.metadata.deletionTimestamp) return [`${name} is being removed`];
    return sameJson(kept(old, now), kept(now, now)) ? [] : [`${name} was changed`];
  });
}

function othersThan(objects: readonly KubeObject[], touched: readonly ObjectRef[]): KubeObject[] {
  const inside = new Set(
    objects.filter((object) => touched.some((ref) => sameRef(ref, refOf(object)))).map((object) => object.metadata.uid),
  );
  const isInside = (object: KubeObject): boolean =>
    inside.has(object.metadata.uid) || (object.metadata.ownerReferences ?? []).some((owner) => inside.has(owner.uid));
  // Owners of owners: a Deployment's ReplicaSets, then their pods. Three rounds reach everything built in.
  for (let round = 0; round < 3; round++) {
    for (const object of objects) if (isInside(object)) inside.add(object.metadata.uid);
  }
  return objects.filter((object) => !isInside(object));
}

function byName(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(objects.map((object) => [describeRef(refOf(object)), object]));
}

/** A new pod's name is random. */
function withoutName(name: string, object: KubeObject | undefined): string {
  const owner = object?.metadata.ownerReferences?.find((entry) => entry.controller);
  return object?.kind === 'Pod' && owner ? `a Pod of ${owner.kind} ${owner.name}` : name;
}

/** What counts of an object. A pod that waited and now has a node got what it was waiting for. */
function kept(object: KubeObject, now: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object;
  const { uid, labels = {}, annotations = {}, ownerReferences = [], finalizers = [] } = metadata;
  const spec = rest['spec'] ?? {};
  const placed = object.kind === 'Pod' && !spec.nodeName ? { ...spec, nodeName: now['spec']?.nodeName } : spec;
  return { ...rest, spec: placed, uid, labels, annotations, ownerReferences, finalizers };
}
