import type { KubeObject } from '../../domain/kubernetes/object.ts';
import type { Redactor } from '../../domain/ports.ts';
import { isPublicAnnotation } from './public-annotations.ts';

/** kubectl keeps the whole object in it as text, environment included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Lists whose entries are a name and a literal `value`: a container's environment, and headers of probes and hooks. */
const literalLists: readonly string[] = ['env', 'httpHeaders'];

/** A text in an object, which is to be replaced. */
interface Place {
  holder: Record<string, unknown>;
  key: string;
}

/**
 * The form of real objects over which Airlock digests, compares, predicts and shows: every literal of an environment or
 * header, and every annotation that no part of Kubernetes itself reads (tools keep whole manifests in theirs), wherever
 * a template stands, is `hmac:<keyed digest>`; managed fields and the last-applied annotation are gone.
 * All texts go to the redactor in one call. Equal texts stay equal, so a change of one is still seen.
 *
 * For objects as a cluster has them, once: a text that already looks redacted is digested like any other, else whoever
 * writes templates could make one value pass for another.
 * @throws what the redactor throws.
 */
export async function redact(redactor: Redactor, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const copies = objects.map(withoutBookkeeping);
  const places = copies.flatMap((copy) => privateTexts(copy));
  const digests = await redactor.hmac(places.map(({ holder, key }) => holder[key] as string));
  places.forEach(({ holder, key }, index) => {
    holder[key] = `hmac:${digests[index] ?? ''}`;
  });
  return copies;
}

function withoutBookkeeping(object: KubeObject): KubeObject {
  const copy = structuredClone(object);
  delete copy.metadata.managedFields;
  delete copy.metadata.annotations?.[lastApplied];
  return copy;
}

/** Found by the names of fields: templates stand at a different depth in each kind. */
function privateTexts(value: unknown): Place[] {
  if (Array.isArray(value)) return value.flatMap(privateTexts);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (literalLists.includes(key) && Array.isArray(child)) return child.filter(isMap).flatMap(literal);
    if (key === 'annotations' && isMap(child)) return privateAnnotations(child);
    return privateTexts(child);
  });
}

function literal(entry: Record<string, unknown>): Place[] {
  return typeof entry['value'] === 'string' ? [{ holder: entry, key: 'value' }] : [];
}

function privateAnnotations(annotations: Record<string, unknown>): Place[] {
  return Object.entries(annotations)
    .filter(([key, value]) => typeof value === 'string' && !isPublicAnnotation(key, value))
    .map(([key]) => ({ holder: annotations, key }));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
