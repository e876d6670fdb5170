import type { KubeRequest } from '../../clusters/guardrails/install/kube-request.ts';
import { crashing, missingWeb } from './behaviours.ts';
import { node } from './nodes.ts';
import { create, expectAccepted } from './create-shop.ts';
import { namespace } from './workloads.ts';

/**
 * Releases a version of a workload (default `web`) that exits right after it starts. The rolling update stops: all old pods
 * but one serve, and two new pods crash-loop.
 */
export function releaseBad(request: KubeRequest, workload: keyof typeof crashing = 'web'): Promise<void> {
  return release(request, workload, crashing[workload]);
}

/** Releases a version of `web` whose image was never pushed. */
export function releaseMissing(request: KubeRequest): Promise<void> {
  return release(request, 'web', missingWeb);
}

/** Adds a node like the others to the cluster. */
export async function addNode(request: KubeRequest): Promise<void> {
  const { body } = await request({ method: 'GET', path: '/api/v1/nodes' });
  await create(request, node(body.items.length + 1, new Date()));
}

async function release(request: KubeRequest, workload: string, image: string): Promise<void> {
  const version = image.slice(image.lastIndexOf(':') + 1);
  const answer = await request({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${workload}`,
    contentType: 'application/strategic-merge-patch+json',
    body: {
      metadata: { annotations: { 'kubernetes.io/change-cause': `release ${version}` } },
      spec: {
        template: {
          metadata: { labels: { release: version } },
          spec: { containers: [{ name: workload, image, env: [{ name: 'RELEASE', value: version }] }] },
        },
      },
    },
  });
  expectAccepted(`the release of ${workload}`, answer);
}
