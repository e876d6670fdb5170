import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StackDescription } from '../stack/state/description.ts';
import type { TestUser } from '../stack/oidc/test-users.ts';
import { signIn } from './sign-in.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/**
 * How a command ended. `code` is the exit code. `out` is standard output. `text` is standard output and standard error.
 */
export interface CommandResult {
  code: number;
  out: string;
  text: string;
}

/** Environment, folder and user of a command. */
export interface CommandOptions {
  /** The environment of the command. It inherits no other variables. */
  env: Record<string, string>;
  cwd?: string;
  /** The user who signs in if the command asks for a sign-in. */
  user?: TestUser;
}

/**
 * Returns environment variables for a command. With only these variables, the command reaches the stack as from another
 * machine: through the API.
 */
export function clientEnvironment({ api, issuer, operatorTokenFile }: StackDescription): Record<string, string> {
  return { AIRLOCK_API: api, AIRLOCK_ISSUER: issuer, AIRLOCK_TOKEN_FILE: operatorTokenFile };
}

/**
 * Runs an `airlock` command. If the command prints the address of a sign-in page, signs in there as `user`. Kills the
 * command after one minute.
 */
export async function command(args: readonly string[], { user, ...where }: CommandOptions): Promise<CommandResult> {
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
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stdout.on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const [code] = (await once(child, 'close')) as [number | null];
  await signedIn;
  return { code: code ?? 1, out, text };
}
