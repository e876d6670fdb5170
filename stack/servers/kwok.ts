import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../process/process.ts';
import { shopStages } from '../shop/stages.ts';
import type { StateFolder } from '../state/state.ts';

/** The KWOK program, and the target whose kubelets KWOK simulates. */
export interface KwokOptions {
  /** Path of the program `kwok`. */
  program: string;
  /** Name of the target. */
  target: string;
  /** Folder of the target. `startKwok` writes the configuration of KWOK there. */
  folder: string;
  /** The kubeconfig with which KWOK connects to the target. */
  kubeconfigFile: string;
}

/**
 * Starts KWOK, which simulates the kubelets of all nodes of a target. Does not wait until KWOK is ready, because KWOK
 * has no port to probe. Callers wait until the nodes or the pods are ready instead.
 * @throws AirlockError `server-failed`.
 */
export async function startKwok(state: StateFolder, options: KwokOptions): Promise<RunningServer> {
  const configFile = join(options.folder, 'stages.yaml');
  await writeFile(
    configFile,
    shopStages()
      .map((stage) => JSON.stringify(stage))
      .join('\n---\n'),
  );
  return startServer(state, {
    name: `${options.target}-kwok`,
    command: options.program,
    args: [
      `--kubeconfig=${options.kubeconfigFile}`,
      `--config=${configFile}`,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
      '--cidr=10.2.0.0/16',
      '--node-ip=10.9.0.1',
    ],
    env: { HOME: options.folder },
    cwd: options.folder,
    deadlineMs: 30_000,
    ready: async () => Promise.resolve(true),
    order: 23,
  });
}
