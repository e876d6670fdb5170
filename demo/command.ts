import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StackDescription } from '../stack/state/description.ts';
import type { TestUser } from '../stack/oidc/test-users.ts';
import { signIn } from './sign-in.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** How a command ended: its exit code, what of it was on standard output, and all that it printed. */
export interface Ended {
  code: number;
  out: string;
  text: string;
}

/** Who runs a command, and where. */
export interface CommandOptions {
  /** All of its environment. */
  env: Record<string, string>;
  cwd?: string;
  /** Whoever signs in, for a command that asks for it. */
  user?: TestUser;
}

/** The environment of whoever works with a stack's API from another machine. */
export function remote({ api, issuer, operatorTokenFile }: StackDescription): Record<string, string> {
  return { AIRLOCK_API: api, AIRLOCK_ISSUER: issuer, AIRLOCK_TOKEN_FILE: operatorTokenFile };
}

/** Runs a command that a person would run, and signs them in at the page that it names. It is ended after a minute. */
export async function command(args: readonly string[], { user, ...where }: CommandOptions): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    ...where,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let [out, text] = ['', ''];
  let signedIn: Promise<void> | undefined;
  const read = (chunk: string): void => {
    text += chunk;
    const [, url] = /Sign in: (\S+)\s/.exec(text) ?? [];
    if (url && user) signedIn ??= signIn(url, user);
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (out += chunk));
  child.stdout.on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const [code] = (await once(child, 'close')) as [number | null];
  await signedIn;
  return { code: code ?? 1, out, text };
}
