import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StackDescription } from '../../stack/description.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Runs the real command line against a stack's API, as from another machine. */
export function command(
  { api, issuer, operatorTokenFile }: StackDescription,
  typed: string[],
): Promise<{ code: unknown; text: string }> {
  const env = { AIRLOCK_API: api, AIRLOCK_ISSUER: issuer, AIRLOCK_TOKEN_FILE: operatorTokenFile };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...typed], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, text: `${stdout}${stderr}` });
    });
  });
}
