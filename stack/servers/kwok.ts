import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../process/process.ts';
import { shopStages } from '../shop/stages.ts';
import type { StateFolder } from '../state/state.ts';

/** What KWOK needs to simulate the kubelets of one target. */
export interface KwokOptions {
  /** Path of the program `kwok`. */
  program: string;
  /** Name of the target. */
  target: string;
  /** Folder of the target. The configuration of KWOK is written there. */
  folder: string;
  kubeconfigFile: string;
}

/** Starts KWOK for all nodes of a target. KWOK listens on no port, so nothing tells when it is ready. */
export async function startKwok(state: StateFolder, options: KwokOptions): Promise<RunningServer> {
  const config = join(options.folder, 'stages.yaml');
  await writeFile(
    config,
    shopStages()
      .map((stage) => JSON.stringify(stage))
      .join('\n---\n'),
  );
  return startServer(state, {
    name: `${options.target}-kwok`,
    command: options.program,
    args: [
      `--kubeconfig=${options.kubeconfigFile}`,
      `--config=${config}`,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
      '--cidr=10.2.0.0/16',
      '--node-ip=10.9.0.1',
    ],
    env: { HOME: options.folder },
    cwd: options.folder,
    deadlineMs: 30_000,
    ready: async () => Promise.resolve(true), // nothing to probe: callers wait until the pods or nodes are ready
    order: 23,
  });
}
