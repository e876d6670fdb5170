import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdminApi, type AdminApi } from './admin-api.ts';
import type { ChildPrograms } from './child-programs.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { mark } from '../load/loadable.ts';
import type { Programs } from './programs.ts';
import type { ApiServer } from '../tools.ts';

/**
 * Two hooks are not waited for, which takes a second: default roles and priority classes come with the snapshot, and
 * what of them is missing there is made soon enough (what is there already is never written over).
 */
const hooks = ['rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes'];
const readyPath = `/readyz?${hooks.map((hook) => `exclude=poststarthook/${hook}`).join('&')}`;

const healthDeadlineMs = 30_000;

/** Ports are fixed: the sandbox has a network of its own. */
const ports = { api: 6443, etcd: { clientPort: 2379, peerPort: 2380 } };

export interface ApiServerOptions {
  /** Folder for everything that the programs write. */
  scratch: string;
  programs: Programs;
  children: ChildPrograms;
  /** Called when both processes exist, long before the API server is ready. */
  launched: () => void;
}

/** Starts etcd and the API server as children of this process, on loopback. */
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
      // An API server that finds no etcd tries again a second later, with each of its seventy connections.
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
  const { gitVersion: version } = await admin.must({ method: 'GET', path: '/version' });
  return {
    ...{ url, etcdUrl, ca, admin, connectAs, version },
    async startControllers(stages) {
      const config = join(scratch, 'stages.yaml');
      await writeFile(config, stages);
      const kwok = { name: 'kwok', command: programs.kwok, args: kwokFlags(plane, config), cwd: scratch };
      // It listens nowhere: what it does is waited for.
      const ready = async (): Promise<boolean> => true;
      await children.start({ ...kwok, deadlineMs: 1000, ready });
      await healthy(admin);
      await plane.startControllers();
    },
    async [Symbol.asyncDispose]() {
      admin[Symbol.dispose]();
      await children.stopAll();
    },
  };
}

/** The controller-manager asks for it once a second (WaitForAPIServer), so it is started when the answer is yes. */
async function healthy(admin: AdminApi): Promise<void> {
  const end = performance.now() + healthDeadlineMs;
  for (;;) {
    const { status, body } = await admin.send({ method: 'GET', path: '/healthz' });
    if (status === 200) return;
    if (performance.now() > end) throw new Error(`the sandbox's API server is not healthy: ${String(body?.message)}`);
    await sleep(25);
  }
}

/** Only nodes with the mark are played: those that were Ready in the target. */
function kwokFlags(plane: ControlPlane, config: string): string[] {
  return [
    `--kubeconfig=${plane.kwokKubeconfigFile}`,
    `--config=${config}`,
    '--manage-all-nodes=false',
    `--manage-nodes-with-annotation-selector=${mark.key}=${mark.value}`,
    '--node-lease-duration-seconds=40',
    '--cidr=10.2.0.0/16',
    '--node-ip=10.9.0.1',
  ];
}
