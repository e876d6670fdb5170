import { fileURLToPath } from 'node:url';
import { httpGet } from '../../src/platform/http/http-get.ts';
import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/** The running OIDC provider of a stack. */
export interface OidcServer {
  issuer: string;
  /** The file with the test users: a JSON list of `{username, groups, password, code}`, mode 0600. */
  usersFile: string;
}

/**
 * Starts a local OIDC provider on 127.0.0.1, with four test users. In production, use your own provider instead. Every
 * start uses the same keys and users. The issuer URL changes only if another process has taken the port.
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
      const metadata = (await httpGet({ origin: issuer, path, deadlineMs: 1_000 })).json() as { issuer: string };
      return metadata.issuer === issuer;
    },
    order: 20,
  });
  return { issuer, usersFile: `${folder}/users.json` };
}
