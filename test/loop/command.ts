import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StackDescription } from '../../stack/description.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The environment of whoever works with a stack's API from another machine. */
export function remote({ api, issuer, operatorTokenFile }: StackDescription): Record<string, string> {
  return { AIRLOCK_API: api, AIRLOCK_ISSUER: issuer, AIRLOCK_TOKEN_FILE: operatorTokenFile };
}

/** Runs the real command line with nothing else in its environment. */
export function command(env: Record<string, string>, typed: string[]): Promise<{ code: unknown; text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...typed], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, text: `${stdout}${stderr}` });
    });
  });
}
