import type { KubeRequest } from '../../clusters/guardrails/install/kube-request.ts';
import { pathOf } from '../../clusters/guardrails/manifest.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { waitUntil } from '../process/wait-until.ts';
import { firstNodes, node } from './nodes.ts';
import { shopNamespace, shopObjects } from './objects.ts';
import { deployment, namespace, workloads, type Workload } from './workloads.ts';

const deploymentsPath = `/apis/apps/v1/namespaces/${namespace}/deployments`;

/**
 * Fills an empty cluster with nodes and the shop, each Deployment at its second revision; may be run again after an
 * interruption. Does not wait for the pods.
 */
export async function openShop(request: KubeRequest): Promise<void> {
  const nodes = Array.from({ length: firstNodes }, (_, index) => node(index + 1, new Date()));
  await Promise.all([...nodes, shopNamespace].map((manifest) => create(request, manifest)));
  await Promise.all(shopObjects().map((manifest) => create(request, manifest)));
  await Promise.all(workloads.map((workload) => release(request, workload)));
}

/** Waits until every Deployment of the shop has all its pods ready. `deadlineMs` counts from now. */
export async function shopSettled(request: KubeRequest, deadlineMs: number): Promise<void> {
  await waitUntil('the pods of the shop to be ready', deadlineMs, async () => {
    const list = await request({ method: 'GET', path: deploymentsPath });
    const items: any[] = list.body.items ?? [];
    return items.length === workloads.length && items.every(isSettled);
  });
}

/** Waits until the nodes of a cluster that was started again are seen to be alive. */
export async function nodesReady(request: KubeRequest, deadlineMs: number): Promise<void> {
  await waitUntil('the nodes to be ready', deadlineMs, async () => {
    const { body } = await request({ method: 'GET', path: '/api/v1/nodes' });
    return body.items.every(({ status }: any) =>
      status.conditions.some(({ type, status: value }: any) => type === 'Ready' && value === 'True'),
    );
  });
}

function isSettled({ metadata, spec, status }: any): boolean {
  const counts = [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas];
  return status.observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
}

/** Two revisions: the second is only sent when the ReplicaSet of the first exists, else there would be no history. */
async function release(request: KubeRequest, workload: Workload): Promise<void> {
  const path = `${deploymentsPath}/${workload.name}`;
  await create(request, deployment(workload, 1));
  await waitUntil(`revision 1 of ${workload.name}`, 20_000, async () => {
    const { body } = await request({ method: 'GET', path });
    return body.metadata.annotations?.['deployment.kubernetes.io/revision'] !== undefined;
  });
  const contentType = 'application/merge-patch+json';
  expectDone(workload.name, await request({ method: 'PATCH', path, contentType, body: deployment(workload, 2) }));
}

/** Creates an object; one that is already there stays as it is. */
export async function create(request: KubeRequest, manifest: KubeObject): Promise<void> {
  const path = pathOf(manifest).slice(0, -manifest.metadata.name.length - 1);
  const answer = await request({ method: 'POST', path, body: manifest });
  if (answer.status !== 409) expectDone(`${manifest.kind} ${manifest.metadata.name}`, answer);
}

/** Throws unless the API server did what it was asked. */
export function expectDone(what: string, { status, body }: { status: number; body: any }): void {
  if (status < 300) return;
  const message = `${what} was not accepted by the target (${String(status)}): ${String(body?.message ?? '')}`;
  throw new AirlockError({ code: 'shop-refused', message, next: 'ask', details: { what, status } });
}
