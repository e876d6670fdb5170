import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { kindPath, objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { hangsAnnotation } from '../../stack/shop/behaviours.ts';
import { shopNamespace } from '../../stack/shop/workloads.ts';
import { poll, type StackClient } from '../stack-client.ts';

/**
 * Annotates a pod of a workload in namespace `shop`. KWOK then simulates that the pod hangs: its containers run but are
 * not ready. Waits until the pod is not ready.
 * @returns the name of the pod. @throws AirlockError `wait-timeout` after four minutes.
 */
export async function hangPod(client: StackClient, target: string, workload: string): Promise<string> {
  const [{ metadata } = { metadata: { name: '' } }] = await podsOf(client, target, workload);
  const { name } = metadata;
  const path = objectPath({ apiVersion: 'v1', kind: 'Pod', namespace: shopNamespace, name });
  const body = { metadata: { annotations: { [hangsAnnotation]: 'yes' } } };
  await client.admin(target)({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
  return poll(`pod ${name} to be not ready`, async () => {
    const pods = await podsOf(client, target, workload);
    const hanging = pods.find((pod) => pod.metadata.name === name);
    return hanging?.['status'].containerStatuses[0].ready === false ? name : undefined;
  });
}

/** Returns the pods of a workload in namespace `shop`. */
export async function podsOf(client: StackClient, target: string, workload: string): Promise<KubeObject[]> {
  const path = `${kindPath('v1', 'Pod', shopNamespace)}?labelSelector=app%3D${workload}`;
  return (await client.admin(target)({ method: 'GET', path })).body.items as KubeObject[];
}
