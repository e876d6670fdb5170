import { setTimeout as sleep } from 'node:timers/promises';
import { poll, type Stage } from '../../demo/stage.ts';
import type { KubeObject } from '../../src/domain/kubernetes.ts';
import { hangsAnnotation } from '../../stack/shop/behaviours.ts';

const deployments = '/apis/apps/v1/namespaces/shop/deployments';

/** Reads a Deployment of the shop as the cluster's admin. */
export async function readDeployment(stage: Stage, target: string, name: string): Promise<KubeObject> {
  return (await stage.admin(target)({ method: 'GET', path: `${deployments}/${name}` })).body;
}

/** Somebody else writes to a Deployment of the shop, or to a subresource of it. */
export async function patchDeployment(stage: Stage, target: string, path: string, body: object): Promise<void> {
  const contentType = 'application/strategic-merge-patch+json';
  const answer = await stage.admin(target)({ method: 'PATCH', path: `${deployments}/${path}`, contentType, body });
  if (answer.status >= 300) throw new Error(`patch of ${path}: ${answer.status} ${answer.body?.message}`);
}

/** Gives a workload an image, and waits until a pod of it crash-loops. */
export async function breakWorkload(stage: Stage, target: string, name: string, image: string): Promise<void> {
  const container = { name, image };
  await patchDeployment(stage, target, name, { spec: { template: { spec: { containers: [container] } } } });
  await poll(`${target}/${name} to crash-loop`, () => crashLoops(stage, target, name), 30_000);
}

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

async function crashLoops(stage: Stage, target: string, name: string): Promise<true | undefined> {
  await sleep(100);
  const pods = await podsOf(stage, target, name);
  const statuses = pods.flatMap((pod) => pod['status']?.containerStatuses ?? []);
  return statuses.some((status) => status.state?.waiting?.reason === 'CrashLoopBackOff') || undefined;
}
