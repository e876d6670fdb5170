import { untilCrashLoops } from '../../demo/stories/crash-loops.ts';
import type { Stage } from '../../demo/stage.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

const deployments = '/apis/apps/v1/namespaces/shop/deployments';

/** Reads a Deployment of the shop as the cluster's admin. */
export async function readDeployment(stage: Stage, target: string, name: string): Promise<KubeObject> {
  return (await stage.admin(target)({ method: 'GET', path: `${deployments}/${name}` })).body;
}

/** Reads a node as the cluster's admin. */
export async function readNode(stage: Stage, target: string, name: string): Promise<KubeObject> {
  return (await stage.admin(target)({ method: 'GET', path: `/api/v1/nodes/${name}` })).body;
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
  await untilCrashLoops(stage, target, name);
}
