import { join } from 'node:path';

/** The settings of one control plane. All paths are absolute. */
export interface ControlPlaneSettings {
  /** The folder with all files of the control plane. */
  folder: string;
  /** The API server's port on 127.0.0.1. */
  apiPort: number;
  /** Where etcd listens: on ports of 127.0.0.1, or on unix sockets in the folder. */
  etcd: EtcdListener;
  /**
   * True for the control plane of one rehearsal, which has its own network namespace and is removed after use. Changes
   * the flags of etcd, the API server and the controller-manager.
   */
  throwaway: boolean;
  /** True if the API server writes an audit log (audit-policy.ts). */
  audit: boolean;
}

/**
 * Unix sockets or ports. Sockets need no free port, and the mode of the folder keeps other users away from the sockets.
 */
type EtcdListener = 'sockets' | { clientPort: number; peerPort: number };

/** Names of the files in the folder of a control plane. */
export const files = {
  serviceAccountKey: 'sa.key',
  tokens: 'tokens.csv',
  certs: 'certs',
  ca: 'certs/apiserver.crt',
  auditPolicy: 'audit-policy.json',
  auditLog: 'audit.log',
  etcdSocket: 'etcd.sock',
} as const;

/** The address of etcd, in the form of kube-apiserver's `--etcd-servers`. */
export function etcdUrl(settings: ControlPlaneSettings): string {
  if (settings.etcd === 'sockets') return `unix://${join(settings.folder, files.etcdSocket)}`;
  return `http://127.0.0.1:${String(settings.etcd.clientPort)}`;
}

/**
 * The flags of etcd, for a cluster of one member.
 * The path of the peer socket is relative. From an absolute path, etcd would use only the file name and listen on an
 * abstract socket. File modes do not protect an abstract socket, so every user of the machine could connect.
 * `advertised` is a placeholder: etcd requires an address of the form host:port, but nothing connects to it.
 */
export function etcdFlags(settings: ControlPlaneSettings): string[] {
  const sockets = settings.etcd === 'sockets';
  const peer = settings.etcd === 'sockets' ? 'unix://peer.sock' : `http://127.0.0.1:${String(settings.etcd.peerPort)}`;
  const advertised = 'http://127.0.0.1:1';
  return [
    '--name=airlock',
    `--data-dir=${join(settings.folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl(settings)}`,
    `--advertise-client-urls=${sockets ? advertised : etcdUrl(settings)}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${advertised}`,
    `--initial-cluster=airlock=${advertised}`,
    '--log-level=error',
    ...(settings.throwaway ? ['--unsafe-no-fsync'] : []),
  ];
}

/**
 * The flags of the API server. RBAC authorizes every request. The administrator and the programs of the control plane
 * authenticate with the tokens of tokens.csv, all others with ServiceAccount tokens. The server listens on loopback
 * only. A throwaway API server has no default route, so it does not start without `--advertise-address`. The address is
 * unused, and the API server writes no endpoints for it.
 */
export function apiServerFlags(settings: ControlPlaneSettings): string[] {
  const path = (name: string): string => join(settings.folder, name);
  const key = path(files.serviceAccountKey);
  return [
    `--etcd-servers=${etcdUrl(settings)}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${String(settings.apiPort)}`,
    `--cert-dir=${path(files.certs)}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--token-auth-file=${path(files.tokens)}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/16',
    '--profiling=false',
    ...(settings.throwaway ? ['--advertise-address=10.255.255.1', '--endpoint-reconciler-type=none'] : []),
    ...(settings.audit ? auditFlags(path) : []),
  ];
}

function auditFlags(path: (name: string) => string): string[] {
  return [
    `--audit-policy-file=${path(files.auditPolicy)}`,
    `--audit-log-path=${path(files.auditLog)}`,
    '--audit-log-mode=blocking', // the API server logs a write before it answers
    '--audit-log-maxsize=100', // MiB
    '--audit-log-maxbackup=5',
  ];
}

// The default rate limits would delay the controllers by seconds.
const clientFlags = ['--secure-port=0', '--leader-elect=false', '--kube-api-qps=500', '--kube-api-burst=1000'];

/**
 * The flags of the built-in controllers. In a cluster that is not `throwaway`, each controller acts as its own
 * ServiceAccount, as in production. The audit log then shows which controller wrote. A throwaway cluster has no audit
 * log. Its controllers act as one user, which saves forty tokens.
 */
export function controllerManagerFlags(settings: ControlPlaneSettings, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(settings.folder, files.serviceAccountKey)}`,
    ...clientFlags,
    // Two controllers that act at certain times are off: a rehearsal would take their changes for effects of the plan.
    ...(settings.throwaway
      ? ['--controllers=*,-cronjob-controller,-ttl-after-finished-controller']
      : ['--use-service-account-credentials']),
  ];
}

/** The flags of the scheduler, which runs with its default plugins. */
export function schedulerFlags(kubeconfig: string): string[] {
  return [`--kubeconfig=${kubeconfig}`, ...clientFlags];
}
