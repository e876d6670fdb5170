import { apiGroup, type KubeObject } from '../../domain/kubernetes/object.ts';
import { controllerOf } from '../../domain/kubernetes/owner-chain.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { cutMessages } from './cut-messages.ts';
import { isPublicAnnotation } from './public-annotations.ts';

/** `kubectl apply` stores the whole object in this annotation, including the values of environment variables. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Names of fields that contain a list. Each entry of the list has a name, and can have a literal `value`. The lists are
 * the environment variables of containers, and the HTTP headers of probes and lifecycle hooks.
 */
const fieldsWithLiterals: readonly string[] = ['env', 'httpHeaders'];

/** The place of a private text. The text is `holder[key]`. */
interface TextField {
  holder: Record<string, unknown>;
  key: string;
  /**
   * The names of the fields from the object to the text. The path does not contain the field `value` of a variable or
   * header. A list entry with a name appears as `name=<name>`. Any other list entry appears as the index of the entry.
   */
  path: string[];
}

/**
 * Returns redacted copies of the objects. The messages of a copy contain no secrets (`cutMessages`). In a copy,
 * `hmac:<keyed digest>` replaces these texts:
 * - each literal value of an environment variable or HTTP header, in pods and in pod templates
 * - the value of each annotation that is not public (public-annotations.ts), because tools store whole manifests there
 *
 * A copy has no `managedFields` and no last-applied annotation.
 *
 * A digest is over the cluster, the namespace, the top-level owner, the path of the field, and the text. Until the key
 * is rotated, an unchanged text in the same field has the same digest. So a comparison of redacted objects shows
 * whether a text has changed. The comparison does not show whether two workloads have the same password.
 *
 * A Deployment and its ReplicaSets have the same top-level owner: the Deployment. A pod of the Deployment has the same
 * top-level owner only if `objects` contains the pod's ReplicaSet. A path in a pod template begins below the template,
 * as in a pod. So equal texts in a Deployment, a ReplicaSet and a pod have equal digests. Different digests would make
 * the Deployment controller of a sandbox start a rollout.
 *
 * Callers must redact each object exactly once. A text that begins with `hmac:` is digested like any other text.
 * Otherwise the author of a template could write a value that looks like the digest of a different value.
 * @throws the errors of the redactor.
 */
export async function redact(
  redactor: Redactor,
  cluster: string,
  objects: readonly KubeObject[],
): Promise<KubeObject[]> {
  const copies = objects.map(withoutBookkeeping);
  cutMessages(copies);
  const byUid = new Map(objects.map((object) => [object.metadata.uid, object]));
  const texts = copies.flatMap((copy) => {
    const owner = [cluster, copy.metadata.namespace ?? '', ...topLevelOwner(copy, byUid)];
    return privateTexts(copy, []).map((field) => ({ ...field, owner, path: inTemplate(copy, field.path) }));
  });
  const digests = await redactor.hmac(
    texts.map(({ owner, path, holder, key }) => JSON.stringify([owner, path, holder[key]])),
  );
  texts.forEach(({ holder, key }, index) => {
    holder[key] = `hmac:${digests[index] ?? ''}`;
  });
  return copies;
}

/** The longest chain of controllers that is followed. Kubernetes itself makes chains of two: pod, ReplicaSet, Deployment. */
const longestOwnerChain = 10;

/**
 * Returns the API group, the kind and the name of the last object in the chain of controllers. The chain ends at an
 * object without a controller, or after `longestOwnerChain` steps. Anybody who may edit `ownerReferences` can make a
 * cycle. If a controller is not in `byUid`, the result has its uid too: an object may name an owner that does not exist.
 */
function topLevelOwner(object: KubeObject, byUid: ReadonlyMap<string | undefined, KubeObject>): string[] {
  let owner = object;
  for (let step = 0; step < longestOwnerChain; step += 1) {
    const controller = controllerOf(owner);
    if (!controller) break;
    const next = byUid.get(controller.uid);
    if (!next) return [apiGroup(controller), controller.kind, controller.name, controller.uid];
    owner = next;
  }
  return [apiGroup(owner), owner.kind, owner.metadata.name];
}

/**
 * Returns the path below the pod template, after `template`. A pod is like its template. Every other path is returned
 * unchanged. The last name in a path can be the key of an annotation, so it is never taken for the template.
 */
function inTemplate({ kind }: KubeObject, path: readonly string[]): readonly string[] {
  if (kind === 'Pod') return ['template', ...path];
  const index = path.slice(0, -1).lastIndexOf('template');
  return index < 0 ? path : path.slice(index);
}

function withoutBookkeeping(object: KubeObject): KubeObject {
  const copy = structuredClone(object);
  delete copy.metadata.managedFields;
  delete copy.metadata.annotations?.[lastApplied];
  return copy;
}

/** Finds the private texts at any depth, because the depth of the pod template differs between kinds. */
function privateTexts(value: unknown, path: string[]): TextField[] {
  if (Array.isArray(value))
    return value.flatMap((entry, index) => privateTexts(entry, [...path, entryName(entry, index)]));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const below = [...path, key];
    if (fieldsWithLiterals.includes(key) && Array.isArray(child)) {
      return child.flatMap((entry, index) =>
        isMap(entry) ? literalOf(entry, [...below, entryName(entry, index)]) : [],
      );
    }
    if (key === 'annotations' && isMap(child)) return privateAnnotations(child, below);
    return privateTexts(child, below);
  });
}

function entryName(entry: unknown, index: number): string {
  return isMap(entry) && typeof entry['name'] === 'string' ? `name=${entry['name']}` : String(index);
}

function literalOf(entry: Record<string, unknown>, path: string[]): TextField[] {
  return typeof entry['value'] === 'string' ? [{ holder: entry, key: 'value', path }] : [];
}

function privateAnnotations(annotations: Record<string, unknown>, path: string[]): TextField[] {
  return Object.entries(annotations)
    .filter(([key, value]) => typeof value === 'string' && !isPublicAnnotation(key, value))
    .map(([key]) => ({ holder: annotations, key, path: [...path, key] }));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
