import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestUser } from '../stack/oidc/test-users.ts';
import type { Stage } from './stage.ts';
import { signIn } from './sign-in.ts';

/** What is decided, and by whom. */
export interface Decide {
  verb: 'approve' | 'deny';
  incident: string;
  dossier: string;
  reason: string;
  user: TestUser;
  /** Only makes the decision and its proof, for `carry`. */
  proofOnly?: boolean;
}

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/**
 * Runs the command that a person would run, and signs them in at the page that it names.
 * @returns the command's exit code, all that it printed, and what of that was on standard output.
 */
export async function decide(
  { stack }: Stage,
  { verb, incident, dossier, reason, user, proofOnly = false }: Decide,
): Promise<{ code: number; text: string; out: string }> {
  const args = [main, verb, incident, '--dossier', dossier, '--reason', reason, ...(proofOnly ? ['--proof-only'] : [])];
  const env = { AIRLOCK_API: stack.api, AIRLOCK_ISSUER: stack.issuer, AIRLOCK_TOKEN_FILE: stack.operatorTokenFile };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  let text = '';
  let out = '';
  let signedIn: Promise<void> | undefined;
  const read = (chunk: string): void => {
    text += chunk;
    const [, url] = /Sign in: (\S+)\s/.exec(text) ?? [];
    if (url) signedIn ??= signIn(url, user);
  };
  child.stdout
    .setEncoding('utf8')
    .on('data', read)
    .on('data', (chunk: string) => void (out += chunk));
  child.stderr.setEncoding('utf8').on('data', read);
  const [code] = (await once(child, 'close')) as [number | null];
  await signedIn;
  return { code: code ?? 1, text, out };
}
