import { kinds, type Kind } from '../../src/domain/kubernetes/resource-mapping.ts';
import { describeRef, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';
import { Ending } from '../report/early-outcome.ts';
import { putAll } from '../control-plane/etcd.ts';
import { entryOf, loadable, secretKind } from './loadable.ts';

/** Every kind that a sandbox holds. */
export const heldKinds: readonly Kind[] = [...kinds, secretKind];

/**
 * Writes the snapshot's objects into etcd under their own uids, generations, status and owners, while nothing but the
 * API server runs: through the API they would be new, admitted again, and their status lost. Then lists every kind
 * through the API, because a wrong key is silent.
 * @returns what had to be left out, in sentences.
 * @throws Ending `failed` when an object is missing afterwards.
 */
export async function load(
  server: { etcdUrl: string; admin: AdminApi },
  snapshot: readonly KubeObject[],
): Promise<string[]> {
  const { objects, unknowns } = loadable(snapshot);
  await putAll(server.etcdUrl, objects.map(entryOf));
  const missing = missingFrom(objects, await listAll(server.admin));
  if (missing.length > 0) {
    throw new Ending('failed', `the sandbox lost ${missing.length} objects, such as ${missing.slice(0, 5).join(', ')}`);
  }
  return unknowns;
}

/** Every object of every kind that a sandbox holds. */
export async function listAll(api: AdminApi): Promise<KubeObject[]> {
  const lists = await Promise.all(heldKinds.map((kind) => api.list(kind)));
  return lists.flatMap((list) => list.items);
}

/** Objects that were written and are not there under their uid. What the API server makes by itself may be more. */
export function missingFrom(written: readonly KubeObject[], found: readonly KubeObject[]): string[] {
  const name = (object: KubeObject): string => `${describeRef(refOf(object))} ${object.metadata.uid ?? ''}`;
  const there = new Set(found.map(name));
  return written
    .map(name)
    .filter((wanted) => !there.has(wanted))
    .sort();
}
