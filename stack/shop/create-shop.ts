import type { KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import { knownResourceMapping, secretMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { collectionPath, kindPath, objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { initialNodeCount, node } from './nodes.ts';
import { shopNamespaceObject, shopObjects } from './objects.ts';
import { deployment, shopNamespace, workloads, type Workload } from './workloads.ts';

const pollMs = 50;
const deploymentsPath = kindPath('apps/v1', 'Deployment', shopNamespace);

/**
 * Creates the nodes and the shop in an empty cluster. Does not wait for the pods. Each Deployment gets two revisions.
 * If a call is interrupted, a second call creates the rest.
 * @throws AirlockError `demo-shop-refused` or `wait-timeout`.
 */
export async function createShop(request: KubeRequester): Promise<void> {
  const nodes = Array.from({ length: initialNodeCount }, (_, index) => node(index + 1, new Date()));
  await Promise.all([...nodes, shopNamespaceObject].map((manifest) => createIfMissing(request, manifest)));
  await Promise.all(shopObjects().map((manifest) => createIfMissing(request, manifest)));
  await Promise.all(workloads.map((workload) => createBothRevisions(request, workload)));
}

/**
 * Waits until all pods of every Deployment of the shop are ready.
 * @throws AirlockError `wait-timeout` after `deadlineMs`.
 */
export async function waitForShop(request: KubeRequester, deadlineMs: number): Promise<void> {
  await waitFor({ what: 'the pods of the shop to be ready', every: pollMs, within: deadlineMs }, async () => {
    const list = await request({ method: 'GET', path: deploymentsPath });
    const items: any[] = list.body.items ?? [];
    return items.length === workloads.length && items.every(isRolledOut);
  });
}

/**
 * Waits until every existing node is Ready.
 * @throws AirlockError `wait-timeout` after `deadlineMs`.
 */
export async function waitForNodes(request: KubeRequester, deadlineMs: number): Promise<void> {
  await waitFor({ what: 'the nodes to be ready', every: pollMs, within: deadlineMs }, async () => {
    const { body } = await request({ method: 'GET', path: kindPath('v1', 'Node') });
    return body.items.every(({ status }: any) =>
      status.conditions.some(({ type, status: value }: any) => type === 'Ready' && value === 'True'),
    );
  });
}

/** Returns true if the Deployment controller has seen the spec, and exactly the wanted pods exist and are available. */
export function isRolledOut({ metadata, spec, status }: any): boolean {
  const counts = [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas];
  return status.observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
}

/**
 * Creates revision 1 of a Deployment, waits for the Deployment controller to record revision 1, and creates revision 2.
 * Without this wait, the controller might see only revision 2.
 */
async function createBothRevisions(request: KubeRequester, workload: Workload): Promise<void> {
  const first = deployment(workload, 1);
  const path = objectPath(refOf(first));
  await createIfMissing(request, first);
  await waitFor({ what: `revision 1 of ${workload.name}`, every: pollMs, within: 20_000 }, async () => {
    const { body } = await request({ method: 'GET', path });
    return body.metadata.annotations?.['deployment.kubernetes.io/revision'] !== undefined;
  });
  const contentType = 'application/merge-patch+json';
  const second = deployment(workload, 2);
  throwIfRefused(`revision 2 of ${workload.name}`, await request({ method: 'PATCH', path, contentType, body: second }));
}

/** Creates an object. Changes nothing if the object exists. @throws AirlockError `demo-shop-refused`. */
export async function createIfMissing(request: KubeRequester, manifest: KubeObject): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const mapping = kind === secretMapping.kind ? secretMapping : knownResourceMapping(apiVersion, kind);
  const path = collectionPath(mapping, metadata.namespace);
  const answer = await request({ method: 'POST', path, body: manifest });
  if (answer.status !== 409) throwIfRefused(`${kind} ${metadata.name}`, answer);
}

/**
 * Throws if the API server refused a request.
 * @param what the object or release that the request creates or changes. The error text contains `what`.
 * @throws AirlockError `demo-shop-refused`.
 */
export function throwIfRefused(what: string, { status, body }: { status: number; body: any }): void {
  if (status < 300) return;
  const message = `the target refused ${what} (${String(status)}: ${String(body?.message ?? 'no message')}): delete the stack's state with \`npx airlock down --purge\`, then start the stack again`;
  throw new AirlockError({ code: 'demo-shop-refused', message, details: { what, status } });
}
