import { randomBytes } from 'node:crypto';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { metadataPrefix } from '../../src/domain/names.ts';
import { toBase64url } from '../../src/lib/base64.ts';
import { namespace, workloads } from './workloads.ts';

/** The namespace of the shop. The label sets the namespace class, to which policies and trust phases refer. */
export const shopNamespace: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: namespace, labels: { [`${metadataPrefix}namespace-class`]: 'standard' } },
};

/**
 * Returns all objects of the shop except the Deployments. The Deployments refer to some of these objects, so create the
 * Deployments afterwards.
 */
export function shopObjects(): KubeObject[] {
  return [
    // No pod can be created without the ServiceAccount `default`. A controller would create it, but too late.
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'shop-database', namespace },
      type: 'Opaque',
      stringData: { username: 'shop', password: toBase64url(randomBytes(18)) },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'shop-settings', namespace },
      data: { CURRENCY: 'EUR', LOCALE: 'en' },
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'shop', namespace },
      spec: { hard: { pods: '40', 'requests.cpu': '40', 'requests.memory': '40Gi' } },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    },
    autoscaler,
    ...workloads.filter((workload) => workload.service).map(({ name }) => service(name)),
  ];
}

/** An embedded target has no CPU metrics, so the autoscaler only keeps the replicas within its limits. */
const autoscaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'catalog', namespace },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'catalog' },
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  },
};

function service(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name } },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}
