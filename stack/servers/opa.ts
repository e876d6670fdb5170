import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/**
 * OPA on 127.0.0.1 with one folder of policies, loaded as a bundle: so its API cannot change them (a bundle that
 * states no roots owns all of them), and only a restart reads them again. Tests in the folder are left out.
 * @param program Path of OPA.
 * @returns Its base URL.
 * @throws AirlockError `server-failed`; with a policy that does not compile, file and reason are its last log lines.
 */
export async function startOpa(state: StateFolder, program: string, policies: string): Promise<string> {
  const folder = await state.folder('opa');
  const port = await keptPort(state, 'opa');
  const url = `http://127.0.0.1:${String(port)}`;
  await startServer(state, {
    name: 'opa',
    command: program,
    args: [
      ...['run', '--server', '--addr', `127.0.0.1:${String(port)}`, '--skip-version-check', '--log-level', 'error'],
      ...['--ignore', '*_test.rego', '--bundle', policies],
    ],
    env: { HOME: folder },
    cwd: folder,
    deadlineMs: 15_000,
    ready: async () => (await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) })).ok,
    order: 20,
  });
  return url;
}
