import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { kindPath, objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { hangsAnnotation } from '../../stack/shop/behaviours.ts';
import { namespace } from '../../stack/shop/workloads.ts';
import { poll, type StackClient } from '../stack-client.ts';

/** Makes one pod of a workload hang, waits until the pod is not ready, and returns the name of the pod. */
export async function hangPod(client: StackClient, target: string, name: string): Promise<string> {
  const [{ metadata } = { metadata: { name: '' } }] = await podsOf(client, target, name);
  const path = objectPath({ apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name });
  const body = { metadata: { annotations: { [hangsAnnotation]: 'yes' } } };
  await client.admin(target)({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
  return poll(`${metadata.name} to be not ready`, async () => {
    const pods = await podsOf(client, target, name);
    const one = pods.find((pod) => pod.metadata.name === metadata.name);
    return one?.['status'].containerStatuses[0].ready === false ? metadata.name : undefined;
  });
}

/** Returns the pods of a workload of the shop. */
export async function podsOf(client: StackClient, target: string, name: string): Promise<KubeObject[]> {
  const path = `${kindPath('v1', 'Pod', namespace)}?labelSelector=app%3D${name}`;
  return (await client.admin(target)({ method: 'GET', path })).body.items as KubeObject[];
}
