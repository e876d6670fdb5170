import { fileURLToPath } from 'node:url';
import { httpGet } from '../../src/platform/http/http-get.ts';
import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/** The address of the local provider, and the file that lists its users. */
export interface OidcServer {
  issuer: string;
  /** The file with the test users, a JSON list of `{username, groups, password}` (mode 0600). */
  usersFile: string;
}

/**
 * Starts the local OIDC provider on 127.0.0.1, with four test users. A later start uses the same keys. The port and the
 * issuer URL stay the same too, unless another process has taken the port. In production use any other OIDC provider.
 * @throws AirlockError `server-failed`.
 */
export async function startOidc(state: StateFolder): Promise<OidcServer> {
  const folder = await state.folder('oidc');
  const port = await keptPort(state, 'oidc');
  const issuer = `http://127.0.0.1:${String(port)}`;
  await startServer(state, {
    name: 'oidc',
    command: process.execPath,
    args: [fileURLToPath(new URL('../oidc/provider.ts', import.meta.url)), state.path, String(port)],
    cwd: folder,
    deadlineMs: 20_000,
    ready: async () => {
      const path = '/.well-known/openid-configuration';
      const found = (await httpGet({ origin: issuer, path, deadlineMs: 1_000 })).json() as { issuer: string };
      return found.issuer === issuer;
    },
    order: 20,
  });
  return { issuer, usersFile: `${folder}/users.json` };
}
