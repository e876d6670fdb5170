import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StackDescription } from '../stack/state/description.ts';
import type { TestUser } from '../stack/oidc/test-users.ts';
import { signInAtProvider } from './sign-in.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** How a command ended. */
export interface CommandResult {
  /** Exit code; 1 if a signal ended the command. */
  code: number;
  /** Standard output. */
  out: string;
  /** Standard output and standard error together. */
  text: string;
}

/** Options of `runCommand`. */
export interface CommandOptions {
  /** All environment variables of the command. */
  env: Record<string, string>;
  /** Working directory of the command; by default that of this process. */
  cwd?: string;
  /** The user who signs in if the command prints a sign-in address. */
  user?: TestUser;
}

/** Returns environment variables with which a command uses the API of the stack, like a command on another machine. */
export function clientEnvironment({ api, issuer, operatorTokenFile }: StackDescription): Record<string, string> {
  return { AIRLOCK_API: api, AIRLOCK_ISSUER: issuer, AIRLOCK_TOKEN_FILE: operatorTokenFile };
}

/**
 * Runs an `airlock` command. If `user` is given, this user signs in at each sign-in address that the command prints.
 * After one minute, the command gets SIGTERM.
 */
export async function runCommand(
  args: readonly string[],
  { user, ...options }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [main, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let [out, text] = ['', ''];
  const signIns = new Map<string, Promise<void>>();
  const collect = (chunk: string): void => {
    text += chunk;
    if (!user) return;
    // A command asks for another sign-in if the first one was already used.
    for (const [, url = ''] of text.matchAll(/Sign in: (\S+)\s/g)) {
      if (!signIns.has(url)) signIns.set(url, signInAtProvider(url, user));
    }
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stdout.on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const [code] = (await once(child, 'close')) as [number | null];
  await Promise.all(signIns.values());
  return { code: code ?? 1, out, text };
}
