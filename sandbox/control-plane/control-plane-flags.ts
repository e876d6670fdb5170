import { join } from 'node:path';

/** The settings of one control plane. */
export interface ControlPlaneSettings {
  /** The absolute path of the folder with all files of the control plane. */
  folder: string;
  /** The API server's port on 127.0.0.1. */
  apiPort: number;
  /** Where etcd listens. */
  etcd: EtcdListener;
  /**
   * True for the control plane of one rehearsal. This control plane has its own network namespace and is removed after
   * the rehearsal. Some flags of etcd, the API server and the controller-manager depend on this setting.
   */
  throwaway: boolean;
  /** True if the API server writes an audit log (audit-policy.ts). */
  audit: boolean;
}

/**
 * Unix sockets in the folder, or ports of 127.0.0.1. Sockets need no free port, and the mode of the folder keeps other
 * users away from the sockets.
 */
type EtcdListener = 'sockets' | { clientPort: number; peerPort: number };

/** Files and folders of a control plane, as paths relative to `ControlPlaneSettings.folder`. */
export const files = {
  serviceAccountKey: 'sa.key',
  tokens: 'tokens.csv',
  certs: 'certs',
  /** Written by the API server: its certificate and the CA certificate that signed it. Clients trust this file. */
  ca: 'certs/apiserver.crt',
  auditPolicy: 'audit-policy.json',
  auditLog: 'audit.log',
  etcdSocket: 'etcd.sock',
} as const;

/** The address of etcd, in the form that the flag `--etcd-servers` of the API server requires. */
export function etcdUrl(settings: ControlPlaneSettings): string {
  if (settings.etcd === 'sockets') return `unix://${join(settings.folder, files.etcdSocket)}`;
  return `http://127.0.0.1:${String(settings.etcd.clientPort)}`;
}

/**
 * The flags of etcd, for an etcd cluster of one member.
 *
 * The peer socket has a relative path. etcd reads this path only from the host part of the URL: `peer.sock`. In the URL
 * of an absolute path, the host part is empty, and etcd would listen on an abstract socket. File modes do not protect
 * an abstract socket, so every user of the machine could connect. The client socket may have an absolute path, because
 * etcd reads the path part of that URL too.
 *
 * For the flags with `placeholder`, etcd requires an address of the form host:port. Nothing connects to this address.
 */
export function etcdFlags(settings: ControlPlaneSettings): string[] {
  const sockets = settings.etcd === 'sockets';
  const peer = settings.etcd === 'sockets' ? 'unix://peer.sock' : `http://127.0.0.1:${String(settings.etcd.peerPort)}`;
  const placeholder = 'http://127.0.0.1:1';
  return [
    '--name=airlock',
    `--data-dir=${join(settings.folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl(settings)}`,
    `--advertise-client-urls=${sockets ? placeholder : etcdUrl(settings)}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${placeholder}`,
    `--initial-cluster=airlock=${placeholder}`,
    '--log-level=error',
    ...(settings.throwaway ? ['--unsafe-no-fsync'] : []),
  ];
}

/**
 * The flags of the API server. The administrator and the programs of the control plane authenticate with tokens from
 * `files.tokens`. All other clients authenticate with ServiceAccount tokens. The network namespace of a throwaway
 * control plane has no default route. Without such a route, the API server requires `--advertise-address`. Nothing uses
 * this address: because of `--endpoint-reconciler-type=none`, the API server does not publish it.
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
    '--audit-log-mode=blocking', // the API server writes each line at once, not in batches
    '--audit-log-maxsize=100', // MiB
    '--audit-log-maxbackup=5',
  ];
}

// Flags of the controller-manager and of the scheduler. The default rate limits for requests would delay both programs
// by seconds.
const sharedFlags = ['--secure-port=0', '--leader-elect=false', '--kube-api-qps=500', '--kube-api-burst=1000'];

/**
 * The flags of the controller-manager. If the control plane is not `throwaway`, each controller has a ServiceAccount of
 * its own, as in production. So the audit log shows which controller wrote. A throwaway control plane has no audit log.
 * There all controllers have the same user. This saves the creation of forty tokens.
 */
export function controllerManagerFlags(settings: ControlPlaneSettings, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(settings.folder, files.serviceAccountKey)}`,
    ...sharedFlags,
    // In a sandbox, these two controllers are off. They act at certain times, independently of the plan. The report
    // would show their changes as effects of the plan.
    ...(settings.throwaway
      ? ['--controllers=*,-cronjob-controller,-ttl-after-finished-controller']
      : ['--use-service-account-credentials']),
  ];
}

/** The flags of the scheduler, which runs with its default plugins. */
export function schedulerFlags(kubeconfig: string): string[] {
  return [`--kubeconfig=${kubeconfig}`, ...sharedFlags];
}
