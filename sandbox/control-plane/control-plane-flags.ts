import { join } from 'node:path';

/** The settings of one control plane. All paths are absolute. */
export interface ControlPlaneSettings {
  folder: string;
  /** The API server's port on 127.0.0.1. */
  apiPort: number;
  /** etcd's ports on 127.0.0.1, or sockets in the folder. */
  etcd: EtcdListener;
  /** For a control plane in a network namespace of its own that is thrown away: no fsync, no route to advertise. */
  throwaway: boolean;
  /** Writes an audit log (audit-policy.ts). */
  audit: boolean;
}

/** Sockets need no free port, and the mode of their folder keeps other users out. */
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
 * A cluster of one member without peers. The peer socket has a relative name: etcd drops the path of an absolute one and
 * would listen on an abstract socket, which file modes do not protect. etcd requires advertised addresses of the form
 * host:port; nothing connects to them.
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
 * RBAC authorizes, tokens.csv authenticates people and programs, and the server listens on loopback only. Without a default
 * route an API server starts only with an explicit address to advertise. A throwaway one advertises an unused address and
 * writes no endpoints.
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
    '--audit-log-mode=blocking', // a write is in the log before its response
    '--audit-log-maxsize=100', // MiB
    '--audit-log-maxbackup=5',
  ];
}

// With the default client rate limits the controllers need seconds before they act.
const clientFlags = ['--secure-port=0', '--leader-elect=false', '--kube-api-qps=500', '--kube-api-burst=1000'];

/**
 * The built-in controllers. In a lasting cluster each controller acts as a ServiceAccount of its own, as in production, so
 * that the audit log tells them apart. A throwaway cluster has no audit log and saves the forty tokens.
 */
export function controllerManagerFlags(settings: ControlPlaneSettings, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(settings.folder, files.serviceAccountKey)}`,
    ...clientFlags,
    // These two act by the clock. A rehearsal would attribute their changes to the plan.
    ...(settings.throwaway
      ? ['--controllers=*,-cronjob-controller,-ttl-after-finished-controller']
      : ['--use-service-account-credentials']),
  ];
}

/** The default scheduler with its default plugins. */
export function schedulerFlags(kubeconfig: string): string[] {
  return [`--kubeconfig=${kubeconfig}`, ...clientFlags];
}
