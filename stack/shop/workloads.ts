import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { imageOf } from './behaviours.ts';

/** One Deployment of the shop. */
export interface Workload {
  name: string;
  replicas: number;
  /** The CPU that one pod requests. */
  cpu: string;
  /** First the release of revision 1, then the release of revision 2. A new shop runs revision 2. */
  releases: [string, string];
  /** Environment variables of the container, in both revisions. */
  env: Record<string, string>;
  hasService: boolean;
}

/** The name of the shop's namespace. */
export const shopNamespace = 'shop';

/**
 * The workloads of the shop have ten pods. The nodes of a new target have room for two more pods of `web`. With one
 * more node, there is room for five more pods of `web`.
 */
export const workloads: readonly Workload[] = [
  {
    name: 'web',
    replicas: 4,
    cpu: '1',
    releases: ['1.4.0', '1.4.1'],
    env: { LOG_LEVEL: 'info', CART_URL: 'http://cart', CATALOG_URL: 'http://catalog' },
    hasService: true,
  },
  {
    name: 'cart',
    replicas: 3,
    cpu: '1',
    releases: ['2.0.3', '2.1.0'],
    env: { CART_TTL_MINUTES: '30' },
    hasService: true,
  },
  { name: 'catalog', replicas: 2, cpu: '1', releases: ['0.9.0', '0.9.1'], env: { PAGE_SIZE: '48' }, hasService: true },
  {
    name: 'mail',
    replicas: 1,
    cpu: '500m',
    releases: ['3.2.0', '3.2.1'],
    env: { FROM: 'shop@shop.example' },
    hasService: false,
  },
];

/** Returns the Deployment of a workload. Revision 1 has no replicas, because revision 2 immediately replaces it. */
export function deployment(workload: Workload, revision: 1 | 2): KubeObject {
  const release = workload.releases[revision - 1] ?? '';
  const labels = { app: workload.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: workload.name,
      namespace: shopNamespace,
      labels,
      annotations: { 'kubernetes.io/change-cause': `release ${release}` },
    },
    spec: {
      replicas: revision === 1 ? 0 : workload.replicas,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      template: { metadata: { labels: { ...labels, release } }, spec: podSpec(workload, release) },
    },
  };
}

function podSpec(workload: Workload, release: string): Record<string, unknown> {
  const env = Object.entries({ ...workload.env, RELEASE: release }).map(([name, value]) => ({ name, value }));
  const password = { secretKeyRef: { name: 'shop-database', key: 'password' } };
  const probe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 };
  return {
    terminationGracePeriodSeconds: 10,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { app: workload.name } },
      },
    ],
    containers: [
      {
        name: workload.name,
        image: imageOf(workload.name, release),
        ports: [{ containerPort: 8080, name: 'http' }],
        env: [...env, { name: 'DATABASE_PASSWORD', valueFrom: password }],
        envFrom: [{ configMapRef: { name: 'shop-settings' } }],
        resources: { requests: { cpu: workload.cpu, memory: '256Mi' }, limits: { memory: '512Mi' } },
        readinessProbe: probe,
      },
    ],
  };
}
