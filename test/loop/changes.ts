import { untilCrashLoops } from '../../demo/stories/crash-loops.ts';
import type { StackClient } from '../../demo/stack-client.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { isRolledOut } from '../../stack/shop/create-shop.ts';

const deployments = '/apis/apps/v1/namespaces/shop/deployments';

/** Reads a Deployment of the shop as the cluster's admin. */
export async function readDeployment(client: StackClient, target: string, name: string): Promise<KubeObject> {
  return (await client.admin(target)({ method: 'GET', path: `${deployments}/${name}` })).body;
}

/** Reads a node as the cluster's admin. */
export async function readNode(client: StackClient, target: string, name: string): Promise<KubeObject> {
  return (await client.admin(target)({ method: 'GET', path: `/api/v1/nodes/${name}` })).body;
}

/** Patches a Deployment of the shop or one of its subresources, as another person would. */
export async function patchDeployment(client: StackClient, target: string, path: string, body: object): Promise<void> {
  const contentType = 'application/strategic-merge-patch+json';
  const answer = await client.admin(target)({ method: 'PATCH', path: `${deployments}/${path}`, contentType, body });
  if (answer.status >= 300) throw new Error(`patch of ${path}: ${answer.status} ${answer.body?.message}`);
}

/** Sets the image of a workload and waits until one of its pods crash-loops. */
export async function breakWorkload(client: StackClient, target: string, name: string, image: string): Promise<void> {
  const container = { name, image };
  await patchDeployment(client, target, name, { spec: { template: { spec: { containers: [container] } } } });
  await untilCrashLoops(client, target, name);
}

/** Sets the template of a workload as the admin would, and waits until all its pods are available. */
export async function restoreTemplate(
  client: StackClient,
  target: string,
  name: string,
  template: object,
): Promise<void> {
  const request = client.admin(target);
  const body = [{ op: 'replace', path: '/spec/template', value: template }];
  const contentType = 'application/json-patch+json';
  const answer = await request({ method: 'PATCH', path: `${deployments}/${name}`, contentType, body });
  if (answer.status >= 300) throw new Error(`restore ${name}: ${answer.status} ${answer.body?.message}`);
  const wait = { what: `${name} to be available in ${target}`, every: 200, within: 60_000 };
  await waitFor(wait, async () => isRolledOut(await readDeployment(client, target, name)));
}
