import type { KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { kindPath, objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { crashingImages, missingWebImage } from './behaviours.ts';
import { node } from './nodes.ts';
import { createIfMissing, throwIfRefused } from './create-shop.ts';
import { shopNamespace } from './workloads.ts';

/**
 * Starts a rollout of a workload to an image whose containers crash. The rollout gets stuck: two new pods crash-loop,
 * one old pod is deleted, and the other old pods stay ready.
 */
export function rollOutCrashingImage(
  request: KubeRequester,
  workload: keyof typeof crashingImages = 'web',
): Promise<void> {
  return rollOut(request, workload, crashingImages[workload]);
}

/** Starts a rollout of `web` to an image that the registry does not have. The new pods never start. */
export function rollOutMissingImage(request: KubeRequester): Promise<void> {
  return rollOut(request, 'web', missingWebImage);
}

/** Adds one node to the cluster. */
export async function addNode(request: KubeRequester): Promise<void> {
  const { body } = await request({ method: 'GET', path: kindPath('v1', 'Node') });
  await createIfMissing(request, node(body.items.length + 1, new Date()));
}

async function rollOut(request: KubeRequester, workload: string, image: string): Promise<void> {
  const release = image.slice(image.lastIndexOf(':') + 1);
  const answer = await request({
    method: 'PATCH',
    path: objectPath({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: shopNamespace, name: workload }),
    contentType: 'application/strategic-merge-patch+json',
    body: {
      metadata: { annotations: { 'kubernetes.io/change-cause': `release ${release}` } },
      spec: {
        template: {
          metadata: { labels: { release } },
          spec: { containers: [{ name: workload, image, env: [{ name: 'RELEASE', value: release }] }] },
        },
      },
    },
  });
  throwIfRefused(`release ${release} of ${workload}`, answer);
}
