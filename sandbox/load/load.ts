import { resourceMappings, type ResourceMapping, secretMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { describeRef, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';
import { EarlyOutcome } from '../report/early-outcome.ts';
import { putAll } from '../control-plane/etcd.ts';
import { entryOf, loadable } from './loadable.ts';

/** Every kind of object that a sandbox can hold. */
const loadedMappings: readonly ResourceMapping[] = [...resourceMappings, secretMapping];

/**
 * Writes the objects of the snapshot into etcd, while the API server runs without controllers. In etcd the objects keep
 * their uid, generation, status and owner references. Through the API, the objects would get new uids, pass admission
 * again and lose their status. Afterwards the function lists every kind through the API, because etcd accepts an object
 * under a wrong key without an error.
 * @returns sentences about owner references that were left out.
 * @throws EarlyOutcome `failed` if an object is missing in the lists.
 */
export async function load(
  server: { etcdUrl: string; admin: AdminApi },
  snapshot: readonly KubeObject[],
): Promise<string[]> {
  const { objects, unknowns } = loadable(snapshot);
  await putAll(server.etcdUrl, objects.map(entryOf));
  const missing = missingFrom(objects, await listAll(server.admin));
  if (missing.length > 0) {
    throw new EarlyOutcome(
      'failed',
      `the sandbox did not keep ${missing.length} objects, such as ${missing.slice(0, 5).join(', ')}`,
    );
  }
  return unknowns;
}

/** Lists every object in the sandbox. */
export async function listAll(api: AdminApi): Promise<KubeObject[]> {
  const lists = await Promise.all(loadedMappings.map((mapping) => api.list(mapping)));
  return lists.flatMap((list) => list.items);
}

/**
 * Returns descriptions of the written objects that are not in `found` with the same uid. `found` may contain more
 * objects, because the API server creates some itself.
 */
export function missingFrom(written: readonly KubeObject[], found: readonly KubeObject[]): string[] {
  const name = (object: KubeObject): string => `${describeRef(refOf(object))} ${object.metadata.uid ?? ''}`;
  const foundNames = new Set(found.map(name));
  return written
    .map(name)
    .filter((expected) => !foundNames.has(expected))
    .sort();
}
