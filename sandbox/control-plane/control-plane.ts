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

/** The name of one program of a control plane. */
type ControlPlaneProgram = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** One program to start. */
interface ProgramSpec {
  name: ControlPlaneProgram;
  command: string;
  args: string[];
  /** The working folder of the program: the folder of the control plane. `args` may contain paths relative to it. */
  cwd: string;
  /** Longest time until the program is ready. */
  deadlineMs: number;
  /** Probes the program: resolves to true if the program is ready. May reject if the program is not ready. */
  ready: () => Promise<boolean>;
  /**
   * The order of stopping: the program with the highest number is stopped first. The API server is stopped before etcd,
   * because an API server without etcd takes a long time to end.
   */
  order: number;
}

/** The settings of a control plane, and how to start its programs. */
export interface ControlPlaneOptions extends ControlPlaneSettings {
  /** Returns the path of the program's executable. */
  program(name: ControlPlaneProgram): string;
  /** The path that the readiness probe of the API server requests; `/readyz` by default. */
  readyPath?: string;
  /**
   * Starts one program and resolves when the program is ready. The stack starts detached processes; the sandbox starts
   * child processes. The control plane does not stop a program whose `start` rejected.
   */
  start(spec: ProgramSpec): Promise<{ stop(): Promise<void> }>;
}

/** A running API server with its etcd. `startControllers` starts the rest of the control plane. */
export interface ControlPlane {
  /** The URL of the API server. */
  url: string;
  /** The path of a PEM file. The file contains the CA certificate that signed the API server's certificate. */
  caFile: string;
  /** The administrator's token. The administrator is a member of `system:masters`. */
  adminToken: Secret;
  /** The address of etcd's JSON gateway: `http://127.0.0.1:<port>` or `unix://<path of a socket>`. */
  etcdUrl: string;
  /** The path of the administrator's kubeconfig. */
  kubeconfigFile: string;
  /** The path of KWOK's kubeconfig. */
  kwokKubeconfigFile: string;
  /** The path of the audit log. The file exists only if `audit` is true. */
  auditLogFile: string;
  /**
   * Starts the controller-manager and the scheduler. Each begins to act about a second after this call resolves. If one
   * start fails, all other programs of the control plane are stopped, and the call rejects.
   */
  startControllers(): Promise<void>;
  /** Stops every program that the control plane has started. */
  stop(): Promise<void>;
}

// On an idle machine etcd and the API server need one second to become ready. While a compiler runs, they need five.
const startDeadlineMs = 60_000;
const probeDeadlineMs = 2_000;

/**
 * Starts etcd and an API server, and resolves when both are ready. The API server creates namespaces such as `default`
 * a moment later. If the start of one of the two programs fails, the other program is stopped, and the call rejects.
 *
 * Access to etcd gives access to every Secret. If `options.etcd` has ports, every process in the network namespace can
 * connect to etcd. If it has Unix sockets, only root and the Linux user of this process can, because their folder has
 * mode 0700.
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
  const programs = createProgramGroup(options);
  // The start of the API server need not wait for etcd: etcd is usually ready before the API server needs etcd. In the
  // sandbox, `options.start` waits nevertheless (api-server.ts says why).
  await programs.startAll([
    { name: 'etcd', args: etcdFlags(options), ready: etcdReady, order: 20 },
    { name: 'kube-apiserver', args: apiServerFlags(options), ready: apiReady, order: 21 },
  ]);
  const kubeconfigOf = (user: 'system:kube-controller-manager' | 'system:kube-scheduler'): string =>
    kubeconfigFile(options.folder, user);
  // With `--secure-port=0`, neither the controller-manager nor the scheduler serves an endpoint to probe.
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
          args: controllerManagerFlags(options, kubeconfigOf('system:kube-controller-manager')),
          ready: alwaysReady,
          order: 22,
        },
        {
          name: 'kube-scheduler',
          args: schedulerFlags(kubeconfigOf('system:kube-scheduler')),
          ready: alwaysReady,
          order: 22,
        },
      ]),
    stop: programs.stop,
  };
}

interface RunningProgram {
  order: number;
  stop(): Promise<void>;
}

/**
 * Returns two functions. `startAll` starts programs at the same time. If one start fails, `startAll` calls `stop` and
 * rejects. `stop` stops every program that `startAll` has started.
 */
function createProgramGroup(options: ControlPlaneOptions) {
  let running: RunningProgram[] = [];
  const startOne = async (spec: Pick<ProgramSpec, 'name' | 'args' | 'ready' | 'order'>): Promise<void> => {
    const command = options.program(spec.name);
    const { stop } = await options.start({ ...spec, command, cwd: options.folder, deadlineMs: startDeadlineMs });
    running.push({ order: spec.order, stop });
  };
  const stop = async (): Promise<void> => {
    const inStopOrder = running.sort((a, b) => b.order - a.order);
    running = [];
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
