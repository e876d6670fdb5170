import type { KubeObject } from '../../domain/kubernetes/object.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { isPublicAnnotation } from './public-annotations.ts';

/** kubectl stores the whole object in it as text, including the environment. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Lists whose entries have a name and a literal `value`: a container's environment, and headers of probes and hooks. */
const literalLists: readonly string[] = ['env', 'httpHeaders'];

/** A text in an object that is to be replaced. */
interface TextField {
  holder: Record<string, unknown>;
  key: string;
}

/**
 * Redacts objects. Airlock digests, compares, predicts and shows only this form of real objects: every literal of an
 * environment or header, and every annotation that Kubernetes itself does not read (tools store whole manifests in
 * theirs), is replaced by `hmac:<keyed digest>`, in templates too. Managed fields and the last-applied annotation are
 * removed. All texts go to the redactor in one call. Equal texts stay equal, so a changed text is still recognised.
 *
 * Call it once, on objects as the cluster returns them. A text that already looks redacted is digested like any other,
 * because otherwise an author of templates could make one value look like another.
 * @throws what the redactor throws.
 */
export async function redact(redactor: Redactor, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const copies = objects.map(withoutBookkeeping);
  const texts = copies.flatMap((copy) => privateTexts(copy));
  const digests = await redactor.hmac(texts.map(({ holder, key }) => holder[key] as string));
  texts.forEach(({ holder, key }, index) => {
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

/** Searches by field names, because the depth of templates differs between kinds. */
function privateTexts(value: unknown): TextField[] {
  if (Array.isArray(value)) return value.flatMap(privateTexts);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (literalLists.includes(key) && Array.isArray(child)) return child.filter(isMap).flatMap(literal);
    if (key === 'annotations' && isMap(child)) return privateAnnotations(child);
    return privateTexts(child);
  });
}

function literal(entry: Record<string, unknown>): TextField[] {
  return typeof entry['value'] === 'string' ? [{ holder: entry, key: 'value' }] : [];
}

function privateAnnotations(annotations: Record<string, unknown>): TextField[] {
  return Object.entries(annotations)
    .filter(([key, value]) => typeof value === 'string' && !isPublicAnnotation(key, value))
    .map(([key]) => ({ holder: annotations, key }));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
