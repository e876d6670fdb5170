import { grantLabels, vaultLabels } from '../../src/domain/kubernetes/minted-labels.ts';

const container = {
  name: 'shop',
  image: 'registry.example:5000/shop/web:2',
  args: ['--listen', ':8080'],
  env: [
    { name: 'MODE', value: 'fast' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'shop-database', key: 'password' } } },
  ],
  ports: [{ containerPort: 8080 }, { containerPort: 53, hostPort: 53, protocol: 'TCP' }],
  securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true },
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
  volumeMounts: [
    { name: 'logs', mountPath: '/logs', readOnly: true },
    { name: 'cache', mountPath: '/cache', subPath: 'a' },
    { name: 'password', mountPath: '/password', readOnly: true },
  ],
};

const migrate = {
  name: 'migrate',
  image: 'shop/migrate@sha256:' + '0'.repeat(64),
  env: [{ name: 'TENANT', value: 'a' }],
  volumeMounts: [{ name: 'cache', mountPath: '/cache', subPath: 'a' }],
};
/** The variable TENANT determines the directory of the mount. */
const migrateTenant = {
  ...migrate,
  volumeMounts: [{ name: 'cache', mountPath: '/cache', subPathExpr: '$(TENANT)' }],
};

/** The init containers of a Deployment, in the order in which they run. */
export const initContainers = [migrate, { name: 'warm', image: 'shop/warm:1' }];

function deployment(name: string, init: object[] = initContainers) {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels, annotations: { team: 'shop' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, 'app.kubernetes.io/version': '2' }, annotations: { 'checksum/config': 'b' } },
        spec: {
          containers: [{ ...container }],
          initContainers: [...init],
          volumes: [
            { name: 'cache', emptyDir: {} },
            { name: 'spare', emptyDir: {} },
            { name: 'logs', hostPath: { path: '/var/log' } },
            { name: 'password', secret: { secretName: 'shop-database' } },
          ],
          resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
        },
      },
    },
  };
}

function node(name: string) {
  const taints = [{ key: 'dedicated', value: 'shop', effect: 'NoSchedule' }];
  return { metadata: { name, labels: { zone: 'a' }, annotations: { team: 'ops' } }, spec: { taints } };
}

const collection = '/apis/apps/v1/namespaces/shop/deployments';

/** The labels of every object that Vault creates for a grant. */
export const labelsOfGrant = grantLabels('exe-0123456789abcdef');
/** The labels of every object that Vault creates for a read lease. */
export const labelsOfReadLease = { ...vaultLabels, 'airlock.dev/minted-by': 'airlock-read-minter' };
const role = {
  metadata: { name: 'airlock-undo-rollout-abcd1234', labels: labelsOfGrant },
  rules: [{ apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['get'] }],
};

/** The objects of the target before the guardrails are installed, in the order of their creation. */
export const shop: { path: string; manifest: object }[] = [
  { path: '/api/v1/namespaces', manifest: { metadata: { name: 'shop' } } },
  { path: '/api/v1/namespaces', manifest: { metadata: { name: 'other' } } },
  ...['node-1', 'control-plane'].map((name) => ({ path: '/api/v1/nodes', manifest: node(name) })),
  { path: collection, manifest: deployment('web') },
  { path: collection, manifest: deployment('db') },
  { path: collection, manifest: deployment('files', [migrateTenant]) },
  { path: '/api/v1/namespaces/shop/serviceaccounts', manifest: { metadata: { name: 'app' } } },
  { path: '/api/v1/namespaces/kube-system/serviceaccounts', manifest: { metadata: { name: 'powerful' } } },
  // As if Vault were in the middle of a mint.
  { path: '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles', manifest: role },
  {
    path: '/api/v1/namespaces/shop/secrets',
    manifest: { metadata: { name: 'shop-database' }, stringData: { password: 'not-for-airlock', other: 'neither' } },
  },
];
