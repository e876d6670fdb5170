import type { KubeRequest } from '../../src/platform/kubernetes/kube-client.ts';
import { kindPath, objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { crashingImages, missingWebImage } from './behaviours.ts';
import { node } from './nodes.ts';
import { create, expectAccepted } from './create-shop.ts';
import { namespace } from './workloads.ts';

/**
 * Releases a version of a workload (`web` by default) whose container exits right after it starts. The rolling update
 * stops: all old pods except one go on serving, and two new pods crash-loop.
 */
export function releaseBad(request: KubeRequest, workload: keyof typeof crashingImages = 'web'): Promise<void> {
  return release(request, workload, crashingImages[workload]);
}

/** Releases a version of `web` whose image was never pushed to the registry, so no pod of this version starts. */
export function releaseMissing(request: KubeRequest): Promise<void> {
  return release(request, 'web', missingWebImage);
}

/** Adds a node to the cluster, of the same size as the other nodes. */
export async function addNode(request: KubeRequest): Promise<void> {
  const { body } = await request({ method: 'GET', path: kindPath('v1', 'Node') });
  await create(request, node(body.items.length + 1, new Date()));
}

async function release(request: KubeRequest, workload: string, image: string): Promise<void> {
  const version = image.slice(image.lastIndexOf(':') + 1);
  const answer = await request({
    method: 'PATCH',
    path: objectPath({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: workload }),
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
