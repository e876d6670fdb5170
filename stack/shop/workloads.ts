import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { image } from './behaviours.ts';

/** One Deployment of the shop and its two releases. */
export interface Workload {
  name: string;
  replicas: number;
  /** The CPU that one pod requests. */
  cpu: string;
  /** The releases of revision 1 and of revision 2. Revision 2 is the running release. */
  releases: [string, string];
  /** Environment variables of the running release. */
  env: Record<string, string>;
  /** True if the workload has a Service. */
  service: boolean;
}

/** The namespace of the shop. */
export const namespace = 'shop';

/**
 * The shop has ten pods. Nine of them request a third of a node each, and there is room for two more such pods. So four
 * more pods of `web` do not fit on the nodes. They fit after one more node is added.
 */
export const workloads: readonly Workload[] = [
  {
    name: 'web',
    replicas: 4,
    cpu: '1',
    releases: ['1.4.0', '1.4.1'],
    env: { LOG_LEVEL: 'info', CART_URL: 'http://cart', CATALOG_URL: 'http://catalog' },
    service: true,
  },
  { name: 'cart', replicas: 3, cpu: '1', releases: ['2.0.3', '2.1.0'], env: { CART_TTL_MINUTES: '30' }, service: true },
  { name: 'catalog', replicas: 2, cpu: '1', releases: ['0.9.0', '0.9.1'], env: { PAGE_SIZE: '48' }, service: true },
  {
    name: 'mail',
    replicas: 1,
    cpu: '500m',
    releases: ['3.2.0', '3.2.1'],
    env: { FROM: 'shop@shop.example' },
    service: false,
  },
];

/**
 * Returns the Deployment of a workload at one of its revisions. Revision 1 has 0 replicas, because revision 2
 * replaces it immediately.
 */
export function deployment(workload: Workload, revision: 1 | 2): KubeObject {
  const release = workload.releases[revision - 1] ?? '';
  const labels = { app: workload.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: workload.name,
      namespace,
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
        image: image(workload.name, release),
        ports: [{ containerPort: 8080, name: 'http' }],
        env: [...env, { name: 'DATABASE_PASSWORD', valueFrom: password }],
        envFrom: [{ configMapRef: { name: 'shop-settings' } }],
        resources: { requests: { cpu: workload.cpu, memory: '256Mi' }, limits: { memory: '512Mi' } },
        readinessProbe: probe,
      },
    ],
  };
}
