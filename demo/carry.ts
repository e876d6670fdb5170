import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureParts } from '../stack/toolchain/toolchain.ts';
import { createProgress } from '../stack/progress.ts';
import type { Stage } from './stage.ts';

/** The doors of Temporal by which a decision can be carried, as the command lines name them. */
export type Door = 'signal' | 'update execute';

/**
 * Carries a decision by one of the command lines that `--proof-only` printed, with Temporal's own program, from a folder
 * of its own that nobody else can read.
 * @param printed all that the command printed, and the decision itself.
 * @returns the exit code of Temporal's program and all that it printed.
 */
export async function carry(
  { stack }: Stage,
  door: Door,
  printed: { text: string; out: string },
): Promise<{ code: number; text: string }> {
  const line = printed.text.split('\n').find((each) => each.trim().startsWith(`temporal workflow ${door} `));
  if (!line) throw new Error(`no command line for ${door} was printed`);
  const program = (await ensureParts(createProgress())).program('temporal');
  const folder = await mkdtemp(join(tmpdir(), 'airlock-carry-'));
  try {
    await writeFile(join(folder, 'decision.json'), printed.out, { mode: 0o600 });
    const env = { PATH: dirname(program), HOME: folder, TEMPORAL_ADDRESS: stack.temporal };
    return await run(line.trim(), { cwd: folder, env, timeout: 60_000 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(
  line: string,
  options: { cwd: string; env: NodeJS.ProcessEnv; timeout: number },
): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', line], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, text: `${stdout}${stderr}` });
    });
  });
}
