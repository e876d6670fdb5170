import type { KubeObject } from '../domain/kubernetes.ts';
import type { Redactor } from '../domain/ports.ts';

/** kubectl keeps the whole object in it as text, environment included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

interface EnvEntry {
  name?: unknown;
  value?: unknown;
}

/**
 * The form of real objects over which Airlock digests, compares, predicts and shows: every literal of an environment,
 * wherever a pod template stands, is `hmac:<keyed digest>`; managed fields and the last-applied annotation are gone.
 * All texts go to the redactor in one call. Equal literals stay equal, so a change of one is still seen.
 *
 * For objects as a cluster has them, once: a literal that already looks redacted is digested like any other, else
 * whoever writes templates could make one value pass for another.
 * @throws what the redactor throws.
 */
export async function redact(redactor: Redactor, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const copies = objects.map(withoutBookkeeping);
  const entries = copies.flatMap((copy) => literalsIn(copy));
  const digests = await redactor.hmac(entries.map((entry) => entry.value as string));
  entries.forEach((entry, index) => {
    entry.value = `hmac:${digests[index] ?? ''}`;
  });
  return copies;
}

function withoutBookkeeping(object: KubeObject): KubeObject {
  const copy = structuredClone(object);
  delete copy.metadata.managedFields;
  delete copy.metadata.annotations?.[lastApplied];
  return copy;
}

/** Every entry of a list called `env` that has a literal value: templates stand at a different depth in each kind. */
function literalsIn(value: unknown): EnvEntry[] {
  if (Array.isArray(value)) return value.flatMap(literalsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    key === 'env' && Array.isArray(child) ? child.filter(isLiteral) : literalsIn(child),
  );
}

function isLiteral(entry: unknown): entry is EnvEntry {
  return typeof (entry as EnvEntry | null)?.value === 'string';
}
