import { resourceMappings, type ResourceMapping, secretMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { describeRef, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';
import { EarlyOutcome } from '../report/early-outcome.ts';
import { putAll } from '../control-plane/etcd.ts';
import { entryOf, prepareForLoading } from './loadable.ts';

/** The kinds of objects that a sandbox can hold. */
const loadedMappings: readonly ResourceMapping[] = [...resourceMappings, secretMapping];

/**
 * Writes objects into etcd, while the API server runs without controllers. In etcd the objects keep their uids and
 * their status. Through the API, the objects would get new uids, lose their status and pass admission again.
 * Afterwards lists all objects through the API: an object under a wrong key in etcd would be missing in the list.
 * @throws EarlyOutcome `failed` if an object is missing in the list, or has a kind that a sandbox cannot hold.
 */
export async function load(
  server: { etcdUrl: string; admin: AdminApi },
  objects: readonly KubeObject[],
): Promise<void> {
  const copies = prepareForLoading(objects);
  await putAll(server.etcdUrl, copies.map(entryOf));
  const missing = missingObjects(copies, await listAll(server.admin));
  if (missing.length > 0) {
    throw new EarlyOutcome(
      'failed',
      `the sandbox's API server does not list ${missing.length} loaded objects, such as ${missing.slice(0, 5).join(', ')}`,
    );
  }
}

/** Lists the sandbox's objects of all kinds in `loadedMappings`. */
export async function listAll(api: AdminApi): Promise<KubeObject[]> {
  const lists = await Promise.all(loadedMappings.map((mapping) => api.list(mapping)));
  return lists.flatMap((list) => list.items);
}

/**
 * Returns a description of each object that is in `written`, but not in `listed`. An object with the same name and
 * another uid is another object.
 */
export function missingObjects(written: readonly KubeObject[], listed: readonly KubeObject[]): string[] {
  const describe = (object: KubeObject): string => `${describeRef(refOf(object))} ${object.metadata.uid ?? ''}`;
  const found = new Set(listed.map(describe));
  return written
    .map(describe)
    .filter((description) => !found.has(description))
    .sort();
}
