import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { createAdminApi, type AdminApi } from './admin-api.ts';
import type { ChildPrograms } from './child-programs.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { loadedAnnotation } from '../load/loadable.ts';
import type { Programs } from './programs.ts';
import type { ApiServer } from '../tools.ts';

/**
 * Two post-start hooks of the API server. They create the default RBAC roles and the default priority classes. The
 * readiness probe does not wait for these hooks, so the rehearsal starts a second earlier. The rehearsal does not need
 * their objects, because the snapshot contains the roles and priority classes of the target. A hook that runs after the
 * snapshot is loaded does no harm, because it removes nothing from existing objects.
 */
const excludedHooks = ['rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes'];
const readyPath = `/readyz?${excludedHooks.map((hook) => `exclude=poststarthook/${hook}`).join('&')}`;

const healthDeadlineMs = 30_000;

/** Fixed ports. They are always free, because each sandbox has its own network namespace. */
const ports = { api: 6443, etcd: { clientPort: 2379, peerPort: 2380 } };

/** The options of `startApiServer`. */
export interface ApiServerOptions {
  /** The folder for all files of the sandbox. */
  scratch: string;
  programs: Programs;
  children: ChildPrograms;
  /**
   * Called when the process of the API server has started, long before the API server is ready. Called again when the
   * controller-manager and the scheduler start. The later calls can be ignored.
   */
  launched: () => void;
}

/** Starts etcd and the API server as child processes, on loopback. Resolves when the API server is ready. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { scratch, programs, children, launched } = options;
  let etcd: Promise<unknown> | undefined;
  const controlPlane = await startControlPlane({
    folder: join(scratch, 'plane'),
    apiPort: ports.api,
    etcd: ports.etcd,
    throwaway: true,
    audit: false,
    program: (name) => programs[name],
    readyPath,
    async start(spec) {
      // The API server starts after etcd is ready. Otherwise the API server's seventy connections to etcd would fail at
      // first. The API server would try again only a second later.
      if (spec.name === 'kube-apiserver') await etcd;
      const started = children.start(spec);
      if (spec.name === 'etcd') etcd = started;
      else launched();
      return started;
    },
  });
  const { url, etcdUrl } = controlPlane;
  const ca = await readFile(controlPlane.caFile, 'utf8');
  const connectAs = (token: string): AdminApi => createAdminApi({ url, ca, token });
  const admin = connectAs(controlPlane.adminToken.reveal());
  const { gitVersion: version } = await admin.call({ method: 'GET', path: '/version' });
  return {
    url,
    etcdUrl,
    ca,
    admin,
    connectAs,
    version,
    async startControllers(stages) {
      const stagesFile = join(scratch, 'stages.yaml');
      await writeFile(stagesFile, stages);
      const kwok = { name: 'kwok', command: programs.kwok, args: kwokFlags(controlPlane, stagesFile), cwd: scratch };
      // With these flags, KWOK serves no endpoint that could be probed. So KWOK counts as ready at once.
      const ready = async (): Promise<boolean> => true;
      await children.start({ ...kwok, deadlineMs: 1000, ready });
      await waitUntilHealthy(admin);
      await controlPlane.startControllers();
    },
    async [Symbol.asyncDispose]() {
      admin[Symbol.dispose]();
      await children.stopAll();
    },
  };
}

/**
 * Waits until `/healthz` succeeds. Unlike `readyPath`, `/healthz` includes `excludedHooks`. The controller-manager
 * starts after this wait. An earlier start could lose a second: the controller-manager polls `/healthz` only once a
 * second (WaitForAPIServer).
 */
async function waitUntilHealthy(admin: AdminApi): Promise<void> {
  let lastMessage = 'no message';
  const otherwise = (): never => {
    throw new AirlockError({
      code: 'sandbox-program-failed',
      message: `kube-apiserver of the sandbox is not healthy after ${healthDeadlineMs / 1000} s (${lastMessage}): check CPU and memory of this machine, then rehearse again`,
    });
  };
  await waitFor({ what: 'a healthy API server', every: 25, within: healthDeadlineMs, otherwise }, async () => {
    const { status, body } = await admin.send({ method: 'GET', path: '/healthz' });
    lastMessage = String(body?.message ?? 'no message');
    return status === 200;
  });
}

/**
 * The flags of KWOK. KWOK simulates only the nodes with `loadedAnnotation`. Of the loaded nodes, only those that were
 * Ready in the target have this annotation.
 */
function kwokFlags(controlPlane: ControlPlane, stagesFile: string): string[] {
  return [
    `--kubeconfig=${controlPlane.kwokKubeconfigFile}`,
    `--config=${stagesFile}`,
    '--manage-all-nodes=false',
    `--manage-nodes-with-annotation-selector=${loadedAnnotation.key}=${loadedAnnotation.value}`,
    '--node-lease-duration-seconds=40',
    '--cidr=10.2.0.0/16',
    '--node-ip=10.9.0.1',
  ];
}
