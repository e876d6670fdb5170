import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  apiServerFlags,
  controllerManagerFlags,
  etcdFlags,
  etcdUrl,
  files,
  schedulerFlags,
  type ControlPlaneSettings,
} from './control-plane-flags.ts';
import { kubeconfigFile, prepareFolder } from './control-plane-folder.ts';
import { Secret } from '../../src/platform/secret.ts';
import { httpStatus } from './http-probe.ts';

/** The programs that this file starts. */
export type ControlPlaneProgram = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** One program to start: `start` has it running and ready when it resolves, and stopped when it rejects. */
export interface ProgramSpec {
  name: ControlPlaneProgram;
  command: string;
  args: string[];
  /** The control plane's folder; relative names in `args` count from here. */
  cwd: string;
  deadlineMs: number;
  /** May throw as long as nothing answers. */
  ready: () => Promise<boolean>;
  /** Programs stop in descending order: without etcd an API server does not end for a long time. */
  order: number;
}

export interface ControlPlaneOptions extends ControlPlaneSettings {
  /** Path of a program. */
  program(name: ControlPlaneProgram): string;
  /** Path that says when the API server is ready, `/readyz` unless told otherwise: see its `exclude` parameter. */
  readyPath?: string;
  /** Starts one program, detached and recorded (stack) or as a plain child (sandbox). */
  start(spec: ProgramSpec): Promise<{ stop(): Promise<void> }>;
}

/** A running API server with its etcd; controllers and scheduler run once they were started. */
export interface ControlPlane {
  url: string;
  /** PEM file that the API server's certificate verifies against. */
  caFile: string;
  /** Of a member of system:masters. */
  adminToken: Secret;
  /** Where etcd's JSON gateway listens: `http://127.0.0.1:...`, or `unix://` and the path of a socket. */
  etcdUrl: string;
  /** The admin's. */
  kubeconfigFile: string;
  /** KWOK's, which writes the status of nodes and pods as the kubelets of real nodes would. */
  kwokKubeconfigFile: string;
  auditLogFile: string;
  /** Starts controller-manager and scheduler. They act within a second; wait for what they do, not for them. */
  startControllers(): Promise<void>;
  stop(): Promise<void>;
}

// Slow on purpose: on an idle machine the two are ready in a second, beside a compiler in five.
const deadlineMs = 60_000;

/**
 * Starts etcd and an API server, and resolves when `readyPath` says ok (namespaces such as `default` appear just after).
 * Where one of the two fails, the other is stopped again.
 *
 * Whoever reads etcd reads every Secret. With sockets the folder's mode keeps other users out; root, and any process
 * of the same user, can still read them. With ports everybody who shares the network namespace can.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const tokens = await prepareFolder(options);
  const url = `https://127.0.0.1:${String(options.apiPort)}`;
  const caFile = join(options.folder, files.ca);
  const etcdReady = async (): Promise<boolean> =>
    (await httpStatus({ url: etcdUrl(options), path: '/health' })) === 200;
  const apiReady = async (): Promise<boolean> => {
    const ca = await readFile(caFile, 'utf8');
    return (await httpStatus({ url, path: options.readyPath ?? '/readyz', ca, token: tokens.admin })) === 200;
  };
  const begin = starter(options);
  // Both at once: the API server needs longer to get going than etcd to answer.
  await begin.all([
    { name: 'etcd', args: etcdFlags(options), ready: etcdReady, order: 20 },
    { name: 'kube-apiserver', args: apiServerFlags(options), ready: apiReady, order: 21 },
  ]);
  const kubeconfig = (name: 'system:kube-controller-manager' | 'system:kube-scheduler'): string =>
    kubeconfigFile(options.folder, name);
  const running = async (): Promise<boolean> => Promise.resolve(true); // they listen nowhere
  return {
    url,
    caFile,
    adminToken: new Secret(tokens.admin),
    etcdUrl: etcdUrl(options),
    kubeconfigFile: kubeconfigFile(options.folder, 'admin'),
    kwokKubeconfigFile: kubeconfigFile(options.folder, 'kwok'),
    auditLogFile: join(options.folder, files.auditLog),
    startControllers: () =>
      begin.all([
        {
          name: 'kube-controller-manager',
          args: controllerManagerFlags(options, kubeconfig('system:kube-controller-manager')),
          ready: running,
          order: 22,
        },
        {
          name: 'kube-scheduler',
          args: schedulerFlags(kubeconfig('system:kube-scheduler')),
          ready: running,
          order: 22,
        },
      ]),
    stop: begin.stop,
  };
}

interface Started {
  order: number;
  stop(): Promise<void>;
}

/** Starts programs and remembers them for `stop`. */
function starter(options: ControlPlaneOptions) {
  let started: Started[] = [];
  const one = async (spec: Pick<ProgramSpec, 'name' | 'args' | 'ready' | 'order'>): Promise<void> => {
    const command = options.program(spec.name);
    const { stop } = await options.start({ ...spec, command, cwd: options.folder, deadlineMs });
    started.push({ order: spec.order, stop });
  };
  const stop = async (): Promise<void> => {
    const last = started.sort((a, b) => b.order - a.order);
    started = [];
    for (const program of last) await program.stop();
  };
  const all = async (specs: Parameters<typeof one>[0][]): Promise<void> => {
    const results = await Promise.allSettled(specs.map(one));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure === undefined) return;
    await stop();
    throw failure.reason;
  };
  return { all, stop };
}
