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
import { httpGet } from '../../src/platform/http/http-get.ts';

/** The programs of a control plane. */
type ControlPlaneProgram = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** One program to start. */
interface ProgramSpec {
  name: ControlPlaneProgram;
  command: string;
  args: string[];
  /** The folder of the control plane, in which the program runs. Relative paths in `args` are relative to it. */
  cwd: string;
  /** Longest time until the program is ready. */
  deadlineMs: number;
  /** Returns true when the program is ready. May throw while the program does not answer yet. */
  ready: () => Promise<boolean>;
  /**
   * The program with the highest number is stopped first. The API server is stopped before etcd, because an API server
   * without etcd takes a long time to end.
   */
  order: number;
}

/** The settings of a control plane, and how to start its programs. */
export interface ControlPlaneOptions extends ControlPlaneSettings {
  /** The path of a program. */
  program(name: ControlPlaneProgram): string;
  /**
   * The readiness path of the API server; `/readyz` by default. The query parameter `exclude` leaves out single checks.
   */
  readyPath?: string;
  /**
   * Starts one program, as a detached process (stack) or as a child process (sandbox). Resolves when the program is
   * ready. If `start` rejects, the program does not run.
   */
  start(spec: ProgramSpec): Promise<{ stop(): Promise<void> }>;
}

/** A running API server with its etcd. The controllers and the scheduler run after `startControllers`. */
export interface ControlPlane {
  url: string;
  /** PEM file with the CA certificate that signed the API server's certificate. */
  caFile: string;
  /** The token of a member of `system:masters`. */
  adminToken: Secret;
  /** The address of etcd's JSON gateway: `http://127.0.0.1:...`, or `unix://` and the path of a socket. */
  etcdUrl: string;
  /** The administrator's kubeconfig. */
  kubeconfigFile: string;
  /** The kubeconfig of KWOK, which writes the status of nodes and pods in place of kubelets. */
  kwokKubeconfigFile: string;
  /** The path of the audit log. The file exists only if `audit` is true. */
  auditLogFile: string;
  /** Starts the controller-manager and the scheduler. Both begin to act about a second after this call resolves. */
  startControllers(): Promise<void>;
  /** Stops every program of the control plane. */
  stop(): Promise<void>;
}

// etcd and the API server are ready after one second on an idle machine, and after five while a compiler runs.
const deadlineMs = 60_000;
const probeDeadlineMs = 2_000;

/**
 * Starts etcd and an API server, and resolves when `readyPath` succeeds. The API server creates namespaces such as
 * `default` a moment later. If one of the two programs fails, the other one is stopped.
 *
 * Access to etcd gives access to every Secret. With sockets, the mode of the folder keeps other users out, but not root
 * and not processes of the same user. With ports, every process in the network namespace has access.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const tokens = await prepareFolder(options);
  const url = `https://127.0.0.1:${String(options.apiPort)}`;
  const caFile = join(options.folder, files.ca);
  const etcdReady = async (): Promise<boolean> => {
    const { status } = await httpGet({ origin: etcdUrl(options), path: '/health', deadlineMs: probeDeadlineMs });
    return status === 200;
  };
  const apiReady = async (): Promise<boolean> => {
    const ca = await readFile(caFile, 'utf8');
    const headers = { authorization: `Bearer ${tokens.admin}` };
    const path = options.readyPath ?? '/readyz';
    const { status } = await httpGet({ origin: url, path, ca, headers, deadlineMs: probeDeadlineMs });
    return status === 200;
  };
  const programs = createStarter(options);
  // Starts both at the same time, because etcd is usually ready before the API server needs it. A `start` function may
  // still wait for etcd before the API server starts, as in api-server.ts.
  await programs.startAll([
    { name: 'etcd', args: etcdFlags(options), ready: etcdReady, order: 20 },
    { name: 'kube-apiserver', args: apiServerFlags(options), ready: apiReady, order: 21 },
  ]);
  const kubeconfig = (name: 'system:kube-controller-manager' | 'system:kube-scheduler'): string =>
    kubeconfigFile(options.folder, name);
  // The controller-manager and the scheduler run with `--secure-port=0`, so they serve no endpoint to probe.
  const alwaysReady = async (): Promise<boolean> => Promise.resolve(true);
  return {
    url,
    caFile,
    adminToken: new Secret(tokens.admin),
    etcdUrl: etcdUrl(options),
    kubeconfigFile: kubeconfigFile(options.folder, 'admin'),
    kwokKubeconfigFile: kubeconfigFile(options.folder, 'kwok'),
    auditLogFile: join(options.folder, files.auditLog),
    startControllers: () =>
      programs.startAll([
        {
          name: 'kube-controller-manager',
          args: controllerManagerFlags(options, kubeconfig('system:kube-controller-manager')),
          ready: alwaysReady,
          order: 22,
        },
        {
          name: 'kube-scheduler',
          args: schedulerFlags(kubeconfig('system:kube-scheduler')),
          ready: alwaysReady,
          order: 22,
        },
      ]),
    stop: programs.stop,
  };
}

interface Started {
  order: number;
  stop(): Promise<void>;
}

/** Returns `startAll`, which starts programs, and `stop`, which stops all programs that were started. */
function createStarter(options: ControlPlaneOptions) {
  let started: Started[] = [];
  const startOne = async (spec: Pick<ProgramSpec, 'name' | 'args' | 'ready' | 'order'>): Promise<void> => {
    const command = options.program(spec.name);
    const { stop } = await options.start({ ...spec, command, cwd: options.folder, deadlineMs });
    started.push({ order: spec.order, stop });
  };
  const stop = async (): Promise<void> => {
    const inStopOrder = started.sort((a, b) => b.order - a.order);
    started = [];
    for (const program of inStopOrder) await program.stop();
  };
  const startAll = async (specs: Parameters<typeof startOne>[0][]): Promise<void> => {
    const results = await Promise.allSettled(specs.map(startOne));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure === undefined) return;
    await stop();
    throw failure.reason;
  };
  return { startAll, stop };
}
