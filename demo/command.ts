import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestUser } from '../stack/oidc/test-users.ts';
import type { Stage } from './stage.ts';
import { signIn } from './sign-in.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** How a command ended: its exit code, what of it was on standard output, and all that it printed. */
export interface Ended {
  code: number;
  out: string;
  text: string;
}

/** Runs a command that a person would run, and signs them in at the page that it names. */
export async function command({ stack }: Stage, args: string[], user: TestUser): Promise<Ended> {
  const env = { AIRLOCK_API: stack.api, AIRLOCK_ISSUER: stack.issuer, AIRLOCK_TOKEN_FILE: stack.operatorTokenFile };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  let [out, text] = ['', ''];
  let signedIn: Promise<void> | undefined;
  const read = (chunk: string): void => {
    text += chunk;
    const [, url] = /Sign in: (\S+)\s/.exec(text) ?? [];
    if (url) signedIn ??= signIn(url, user);
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (out += chunk));
  child.stdout.on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const [code] = (await once(child, 'close')) as [number | null];
  await signedIn;
  return { code: code ?? 1, out, text };
}
