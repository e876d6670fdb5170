import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../../src/platform/wait-for.ts';
import { createAdminApi, type AdminApi } from './admin-api.ts';
import type { ChildPrograms } from './child-programs.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { loadedAnnotation } from '../load/loadable.ts';
import type { Programs } from './programs.ts';
import type { ApiServer } from '../tools.ts';

/**
 * Readiness does not include these two post-start hooks, which saves a second. Their default roles and priority classes
 * come with the snapshot. The hooks later create those that the snapshot does not have, and do not overwrite the others.
 */
const hooks = ['rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes'];
const readyPath = `/readyz?${hooks.map((hook) => `exclude=poststarthook/${hook}`).join('&')}`;

const healthDeadlineMs = 30_000;

/** Fixed ports: the sandbox has a network namespace of its own. */
const ports = { api: 6443, etcd: { clientPort: 2379, peerPort: 2380 } };

export interface ApiServerOptions {
  /** The folder for all files that the programs write. */
  scratch: string;
  programs: Programs;
  children: ChildPrograms;
  /** Called when both processes have started, long before the API server is ready. */
  launched: () => void;
}

/** Starts etcd and the API server as child processes, on loopback. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { scratch, programs, children, launched } = options;
  let etcd: Promise<unknown> | undefined;
  const plane = await startControlPlane({
    folder: join(scratch, 'plane'),
    apiPort: ports.api,
    etcd: ports.etcd,
    throwaway: true,
    audit: false,
    program: (name) => programs[name],
    readyPath,
    async start(spec) {
      // An API server that cannot reach etcd retries after a second, with each of its seventy connections.
      if (spec.name === 'kube-apiserver') await etcd;
      const started = children.start(spec);
      if (spec.name === 'etcd') etcd = started;
      else launched();
      return started;
    },
  });
  const { url, etcdUrl } = plane;
  const ca = await readFile(plane.caFile, 'utf8');
  const connectAs = (token: string): AdminApi => createAdminApi({ url, ca, token });
  const admin = connectAs(plane.adminToken.reveal());
  const { gitVersion: version } = await admin.call({ method: 'GET', path: '/version' });
  return {
    url,
    etcdUrl,
    ca,
    admin,
    connectAs,
    version,
    async startControllers(stages) {
      const config = join(scratch, 'stages.yaml');
      await writeFile(config, stages);
      const kwok = { name: 'kwok', command: programs.kwok, args: kwokFlags(plane, config), cwd: scratch };
      // KWOK has no endpoint to probe. The rehearsal waits for its effects instead.
      const ready = async (): Promise<boolean> => true;
      await children.start({ ...kwok, deadlineMs: 1000, ready });
      await waitUntilHealthy(admin);
      await plane.startControllers();
    },
    async [Symbol.asyncDispose]() {
      admin[Symbol.dispose]();
      await children.stopAll();
    },
  };
}

/** The controller-manager polls `/healthz` only once a second (WaitForAPIServer), so it starts when that succeeds. */
async function waitUntilHealthy(admin: AdminApi): Promise<void> {
  let lastMessage: unknown;
  const otherwise = (): never => {
    throw new Error(`the sandbox's API server is not healthy: ${String(lastMessage)}`);
  };
  await waitFor({ what: 'a healthy API server', every: 25, within: healthDeadlineMs, otherwise }, async () => {
    const { status, body } = await admin.send({ method: 'GET', path: '/healthz' });
    lastMessage = body?.message;
    return status === 200;
  });
}

/** KWOK simulates only nodes with `loadedAnnotation`: those that were Ready in the target. */
function kwokFlags(plane: ControlPlane, config: string): string[] {
  return [
    `--kubeconfig=${plane.kwokKubeconfigFile}`,
    `--config=${config}`,
    '--manage-all-nodes=false',
    `--manage-nodes-with-annotation-selector=${loadedAnnotation.key}=${loadedAnnotation.value}`,
    '--node-lease-duration-seconds=40',
    '--cidr=10.2.0.0/16',
    '--node-ip=10.9.0.1',
  ];
}
