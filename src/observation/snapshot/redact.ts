import type { KubeObject } from '../../domain/kubernetes/object.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
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
}

/**
 * Returns redacted copies of the objects. In a copy, `hmac:<keyed digest>` replaces these texts:
 * - each literal value of an environment variable or HTTP header, in pods and in pod templates
 * - the value of each annotation that is not public (public-annotations.ts), because tools store whole manifests there
 *
 * A copy has no `managedFields` and no last-applied annotation. Equal texts have equal digests, until the key is
 * rotated. So a comparison of redacted objects shows whether a text has changed.
 *
 * Callers must redact each object exactly once. A text that begins with `hmac:` is digested like any other text.
 * Otherwise the author of a template could write a value that looks like the digest of a different value.
 * @throws the errors of the redactor.
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

/** Finds the private texts at any depth, because the depth of the pod template differs between kinds. */
function privateTexts(value: unknown): TextField[] {
  if (Array.isArray(value)) return value.flatMap(privateTexts);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (fieldsWithLiterals.includes(key) && Array.isArray(child)) return child.filter(isMap).flatMap(literalOf);
    if (key === 'annotations' && isMap(child)) return privateAnnotations(child);
    return privateTexts(child);
  });
}

function literalOf(entry: Record<string, unknown>): TextField[] {
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
