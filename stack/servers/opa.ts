import { cp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isSuccess } from '../../src/platform/http/http-answer.ts';
import { httpGet } from '../../src/platform/http/http-get.ts';
import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/**
 * Starts OPA on 127.0.0.1 with one OPA bundle. OPA's API refuses to change a path that a bundle owns. A bundle without
 * declared roots owns all paths. So nobody can change the policies through the API. OPA loads the bundle only at its
 * start.
 * @param program path of the program `opa`.
 * @param folders folders with policies. OPA loads data files and rules from the first folder. From the other folders
 * OPA loads only rules. OPA loads no tests (`*_test.rego`).
 * @returns the base URL of OPA.
 * @throws AirlockError `server-failed`. If a policy does not compile, the message names the file and the reason.
 */
export async function startOpa(state: StateFolder, program: string, folders: readonly string[]): Promise<string> {
  const folder = await state.folder('opa');
  const bundle = await assembleBundle(join(folder, 'bundle'), folders);
  const port = await keptPort(state, 'opa');
  const url = `http://127.0.0.1:${String(port)}`;
  await startServer(state, {
    name: 'opa',
    command: program,
    args: [
      'run',
      '--server',
      '--addr',
      `127.0.0.1:${String(port)}`,
      '--skip-version-check',
      '--log-level',
      'error',
      '--bundle',
      bundle,
    ],
    env: { HOME: folder },
    cwd: folder,
    deadlineMs: 15_000,
    ready: async () => isSuccess(await httpGet({ origin: url, path: '/health', deadlineMs: 1_000 })),
    order: 20,
  });
  return url;
}

/**
 * Copies the folders into one OPA bundle, because OPA refuses two bundles that own the same path.
 * @returns the folder of the bundle.
 */
async function assembleBundle(bundle: string, [first, ...others]: readonly string[]): Promise<string> {
  await rm(bundle, { recursive: true, force: true });
  const isTest = (path: string): boolean => path.endsWith('_test.rego');
  if (first) await cp(first, bundle, { recursive: true, filter: (path) => !isTest(path) });
  for (const folder of others) {
    // Accepts rules (`*.rego`) and names without a dot. `cp` calls the filter for folders too.
    const filter = (path: string): boolean =>
      !isTest(path) && (path.endsWith('.rego') || !basename(path).includes('.'));
    await cp(folder, join(bundle, basename(folder)), { recursive: true, filter });
  }
  return bundle;
}
