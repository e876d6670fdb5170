import type { KubeRequest } from '../../clusters/owner/kube-request.ts';
import { crashing, missingWeb } from './behaviours.ts';
import { node } from './nodes.ts';
import { create, expectDone } from './open-shop.ts';
import { namespace } from './workloads.ts';

/**
 * Somebody releases a `web` that exits right after its start. The rolling update stops with three old pods serving
 * and two new ones in a crash loop.
 */
export function releaseBad(request: KubeRequest): Promise<void> {
  return releaseWeb(request, crashing.web);
}

/** Somebody releases a `web` whose image nobody has pushed. */
export function releaseMissing(request: KubeRequest): Promise<void> {
  return releaseWeb(request, missingWeb);
}

/** Somebody adds a node like the others to the cluster. */
export async function addNode(request: KubeRequest): Promise<void> {
  const { body } = await request({ method: 'GET', path: '/api/v1/nodes' });
  await create(request, node(body.items.length + 1, new Date()));
}

async function releaseWeb(request: KubeRequest, image: string): Promise<void> {
  const release = image.slice(image.lastIndexOf(':') + 1);
  const answer = await request({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/web`,
    contentType: 'application/strategic-merge-patch+json',
    body: {
      metadata: { annotations: { 'kubernetes.io/change-cause': `release ${release}` } },
      spec: {
        template: {
          metadata: { labels: { release } },
          spec: { containers: [{ name: 'web', image, env: [{ name: 'RELEASE', value: release }] }] },
        },
      },
    },
  });
  expectDone('the release of web', answer);
}
