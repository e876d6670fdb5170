import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../src/secret.ts';
import type { KubernetesApi } from '../src/steps/kubernetes-api.ts';
import { createAdminApi } from './admin-api.ts';
import type { ChildPrograms } from './child-programs.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { mark } from './loadable.ts';
import type { Programs } from './programs.ts';
import type { ApiServer, SandboxTools } from './tools.ts';

/** What the tools are made of; the Kubernetes client is handed in, because only entry points know adapters. */
export interface ProcessToolsOptions {
  /** Folder for everything that the programs write. */
  scratch: string;
  programs: Programs;
  children: ChildPrograms;
  kubernetes(access: { url: string; ca: string; token: Secret }): KubernetesApi & Disposable;
}

/** Ports are fixed: the sandbox has a network of its own. */
const ports = { api: 6443, etcd: { clientPort: 2379, peerPort: 2380 } };

/** Runs the real programs as children of this process, all on loopback. */
export function createProcessTools({ scratch, programs, children, kubernetes }: ProcessToolsOptions): SandboxTools {
  return {
    async startApiServer(): Promise<ApiServer> {
      const plane = await startControlPlane({
        folder: join(scratch, 'plane'),
        apiPort: ports.api,
        etcd: ports.etcd,
        throwaway: true,
        audit: false,
        program: (name) => programs[name],
        start: children.start,
      });
      const access = { url: plane.url, ca: await readFile(plane.caFile, 'utf8') };
      const connectAs = (token: string) => createAdminApi({ ...access, token });
      const admin = connectAs(plane.adminToken.reveal());
      const { gitVersion } = await admin.must({ method: 'GET', path: '/version' });
      let stopKwok = async (): Promise<void> => undefined;
      return {
        etcdUrl: plane.etcdUrl,
        api: admin,
        version: gitVersion,
        connections: { admin, connectAs, kubernetes: (token) => kubernetes({ ...access, token }) },
        async startControllers(stages) {
          const config = join(scratch, 'stages.yaml');
          await writeFile(config, stages);
          const start = { name: 'kwok', command: programs.kwok, args: kwokFlags(plane, config), cwd: scratch };
          const ready = async (): Promise<boolean> => true; // it listens nowhere; what it does is waited for
          const kwok = children.start({ ...start, deadlineMs: 1000, ready });
          const [{ stop }] = await Promise.all([kwok, plane.startControllers()]);
          stopKwok = stop;
        },
        async [Symbol.asyncDispose]() {
          admin[Symbol.dispose]();
          await stopKwok();
          await plane.stop();
        },
      };
    },
  };
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
