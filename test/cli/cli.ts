import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const main = join(import.meta.dirname, '../../src/main.ts');
/** In files that commands read; no output may contain it. */
export const password = 'hunter2';

/** How a command ended. */
export interface CommandResult {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

/** The real command line, in a folder of its own, with an API address that nothing listens on. */
export interface Cli extends AsyncDisposable {
  folder: string;
  file(name: string, content: string): Promise<void>;
  /** Runs `airlock`. `@/` in an argument or a variable is the folder. */
  run(args: readonly string[], env?: Record<string, string>): Promise<CommandResult>;
}

/** Makes the folder, with a file `token`. */
export async function createCli(): Promise<Cli> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-cli-'));
  const inFolder = (text: string): string => text.replace('@/', `${folder}/`);
  const api = {
    AIRLOCK_API: 'http://127.0.0.1:1',
    AIRLOCK_ISSUER: 'http://127.0.0.1:1',
    AIRLOCK_TOKEN_FILE: '@/token',
  };
  const file: Cli['file'] = (name, content) => writeFile(join(folder, name), content);
  await file('token', 'a-token\n');
  return {
    folder,
    file,
    run(args, env = {}) {
      const given = Object.entries({ ...api, ...env }).map(([name, value]) => [name, inFolder(value)]);
      const own = { PATH: process.env['PATH'], HOME: folder, AIRLOCK_STATE: join(folder, 'state') };
      const options = { env: { ...own, ...Object.fromEntries(given) }, timeout: 60_000 };
      return new Promise((resolve) => {
        execFile(process.execPath, [main, ...args.map(inFolder)], options, (error, stdout, stderr) => {
          resolve({ code: error ? error.code : 0, stdout, stderr });
        });
      });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** Nothing in the output acts on a terminal or is a secret. */
export function assertHarmless({ stdout, stderr }: CommandResult): void {
  assert.doesNotMatch(stdout + stderr, /[^\x20-\x7e\n]/);
  assert.ok(!`${stdout}${stderr}`.includes(password), 'a secret was printed');
}
