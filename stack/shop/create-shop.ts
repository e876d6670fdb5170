import type { KubeRequest } from '../../src/platform/kubernetes/kube-client.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import { knownResourceMapping, secretMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { collectionPath, kindPath, objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { initialNodes, node } from './nodes.ts';
import { shopNamespace, shopObjects } from './objects.ts';
import { deployment, namespace, workloads, type Workload } from './workloads.ts';

const pollMs = 50;
const deploymentsPath = kindPath('apps/v1', 'Deployment', namespace);

/**
 * Creates the nodes and the shop in an empty cluster, but does not wait for the pods. Each Deployment gets two
 * revisions. If a call was interrupted, call this function again.
 */
export async function createShop(request: KubeRequest): Promise<void> {
  const nodes = Array.from({ length: initialNodes }, (_, index) => node(index + 1, new Date()));
  await Promise.all([...nodes, shopNamespace].map((manifest) => create(request, manifest)));
  await Promise.all(shopObjects().map((manifest) => create(request, manifest)));
  await Promise.all(workloads.map((workload) => release(request, workload)));
}

/** Waits until all pods of every Deployment of the shop are ready, for at most `deadlineMs`. */
export async function waitForShop(request: KubeRequest, deadlineMs: number): Promise<void> {
  await waitFor({ what: 'the pods of the shop to be ready', every: pollMs, within: deadlineMs }, async () => {
    const list = await request({ method: 'GET', path: deploymentsPath });
    const items: any[] = list.body.items ?? [];
    return items.length === workloads.length && items.every(isReady);
  });
}

/** Waits until all nodes of a restarted cluster are Ready, for at most `deadlineMs`. */
export async function waitForNodes(request: KubeRequest, deadlineMs: number): Promise<void> {
  await waitFor({ what: 'the nodes to be ready', every: pollMs, within: deadlineMs }, async () => {
    const { body } = await request({ method: 'GET', path: kindPath('v1', 'Node') });
    return body.items.every(({ status }: any) =>
      status.conditions.some(({ type, status: value }: any) => type === 'Ready' && value === 'True'),
    );
  });
}

function isReady({ metadata, spec, status }: any): boolean {
  const counts = [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas];
  return status.observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
}

/**
 * Creates revision 1 of a Deployment, waits until the controller has recorded revision 1, and creates revision 2.
 * Without this wait, the Deployment would have no earlier revision to roll back to.
 */
async function release(request: KubeRequest, workload: Workload): Promise<void> {
  const first = deployment(workload, 1);
  const path = objectPath(refOf(first));
  await create(request, first);
  await waitFor({ what: `revision 1 of ${workload.name}`, every: pollMs, within: 20_000 }, async () => {
    const { body } = await request({ method: 'GET', path });
    return body.metadata.annotations?.['deployment.kubernetes.io/revision'] !== undefined;
  });
  const contentType = 'application/merge-patch+json';
  expectAccepted(workload.name, await request({ method: 'PATCH', path, contentType, body: deployment(workload, 2) }));
}

/** Creates an object. If the object exists, it is not changed. */
export async function create(request: KubeRequest, manifest: KubeObject): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const mapping = kind === secretMapping.kind ? secretMapping : knownResourceMapping(apiVersion, kind);
  const path = collectionPath(mapping, metadata.namespace);
  const answer = await request({ method: 'POST', path, body: manifest });
  if (answer.status !== 409) expectAccepted(`${kind} ${metadata.name}`, answer);
}

/**
 * Checks the answer of the API server.
 * @param what the object or release that the request was about, for the error text.
 * @throws AirlockError `demo-shop-refused` if the API server refused the request.
 */
export function expectAccepted(what: string, { status, body }: { status: number; body: any }): void {
  if (status < 300) return;
  const message = `the target refused ${what} (${String(status)}: ${String(body?.message ?? 'no message')}): delete the stack's state with \`airlock down --purge\`, then start the stack again`;
  throw new AirlockError({ code: 'demo-shop-refused', message, details: { what, status } });
}
