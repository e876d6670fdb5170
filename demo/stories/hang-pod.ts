import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { hangsAnnotation } from '../../stack/shop/behaviours.ts';
import { poll, type Stage } from '../stage.ts';

/** One pod of a workload hangs from now on; returns its name once it is seen to be not ready. */
export async function hangPod(stage: Stage, target: string, name: string): Promise<string> {
  const [{ metadata } = { metadata: { name: '' } }] = await podsOf(stage, target, name);
  const path = `/api/v1/namespaces/shop/pods/${metadata.name}`;
  const body = { metadata: { annotations: { [hangsAnnotation]: 'yes' } } };
  await stage.admin(target)({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
  return poll(`${metadata.name} to be not ready`, async () => {
    const pods = await podsOf(stage, target, name);
    const one = pods.find((pod) => pod.metadata.name === metadata.name);
    return one?.['status'].containerStatuses[0].ready === false ? metadata.name : undefined;
  });
}

/** The pods of a workload of the shop. */
export async function podsOf(stage: Stage, target: string, name: string): Promise<KubeObject[]> {
  const path = `/api/v1/namespaces/shop/pods?labelSelector=app%3D${name}`;
  return (await stage.admin(target)({ method: 'GET', path })).body.items as KubeObject[];
}
