import { randomBytes } from 'node:crypto';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { metadataPrefix } from '../../src/domain/names.ts';
import { toBase64url } from '../../src/lib/base64.ts';
import { shopNamespace, workloads } from './workloads.ts';

/** The Namespace of the shop. The label sets the class of the namespace. Policies and trust phases use the class. */
export const shopNamespaceObject: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: shopNamespace, labels: { [`${metadataPrefix}namespace-class`]: 'standard' } },
};

/**
 * Returns the objects inside the shop's namespace, except the Deployments. Create the Deployments after these objects:
 * the pods of the Deployments refer to some of the objects.
 */
export function shopObjects(): KubeObject[] {
  return [
    // The API server refuses the pods until this ServiceAccount exists. The ServiceAccount controller creates the same
    // object, but perhaps later than the Deployments.
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: shopNamespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'shop-database', namespace: shopNamespace },
      type: 'Opaque',
      stringData: { username: 'shop', password: toBase64url(randomBytes(18)) },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'shop-settings', namespace: shopNamespace },
      data: { CURRENCY: 'EUR', LOCALE: 'en' },
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'shop', namespace: shopNamespace },
      spec: { hard: { pods: '40', 'requests.cpu': '40', 'requests.memory': '40Gi' } },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: shopNamespace },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    },
    autoscaler,
    ...workloads.filter((workload) => workload.hasService).map(({ name }) => service(name)),
  ];
}

/**
 * An embedded target has no CPU metrics. So this autoscaler only keeps the replicas between `minReplicas` and
 * `maxReplicas`.
 */
const autoscaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'catalog', namespace: shopNamespace },
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
    metadata: { name, namespace: shopNamespace, labels: { app: name } },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}
