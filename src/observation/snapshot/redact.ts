import type { KubeObject } from '../../domain/kubernetes/object.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { isPublicAnnotation } from './public-annotations.ts';

/** In this annotation kubectl stores the whole object as text, including environment variables. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Lists of entries with a name and a literal `value`: environment variables, and HTTP headers of probes and hooks. */
const literalLists: readonly string[] = ['env', 'httpHeaders'];

/** The place of a text that must be replaced: `holder[key]`. */
interface TextField {
  holder: Record<string, unknown>;
  key: string;
}

/**
 * Redacts objects. Airlock digests, compares, predicts and shows the target's objects only in redacted form.
 * `hmac:<keyed digest>` replaces each literal value of an environment variable or HTTP header, in pod templates too. It
 * also replaces the value of each annotation that is not public (public-annotations.ts), because tools store whole
 * manifests in annotations. `managedFields` and the last-applied annotation are removed. Equal texts have equal
 * digests, so a changed text is still recognised. All texts go to the redactor in one call.
 *
 * Callers must redact objects exactly once, as the cluster returns them. A text that looks redacted already is digested
 * like any other text. If such a text were kept, the author of a template could make one value look like another.
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

/** Finds the texts to replace, by field name at any depth, because each kind has its pod template at another depth. */
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
