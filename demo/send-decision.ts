import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureToolchain } from '../stack/toolchain/toolchain.ts';
import { createProgress } from '../stack/progress.ts';
import type { StackClient } from './stack-client.ts';

/** The ways to send a decision to its workflow with the Temporal CLI. Each is a subcommand of `temporal workflow`. */
export type TemporalChannel = 'signal' | 'update execute';

/**
 * Sends a decision with the Temporal CLI. `airlock approve --token-only` prints a command line for each channel. This
 * function runs the command line of `channel` in a temporary folder. Other users of this machine cannot read the
 * folder.
 * @param printed what `airlock approve --token-only` printed. `out` (the standard output) is the decision. `text` is
 * all output and contains the command lines.
 * @returns exit code and output of the Temporal CLI.
 */
export async function sendDecision(
  { stack }: StackClient,
  channel: TemporalChannel,
  printed: { text: string; out: string },
): Promise<{ code: number; text: string }> {
  const line = printed.text.split('\n').find((each) => each.trim().startsWith(`temporal workflow ${channel} `));
  if (!line)
    throw new Error(
      `the output of airlock approve --token-only has no command line for temporal workflow ${channel}: run the command and read its output`,
    );
  const program = (await ensureToolchain(createProgress())).program('temporal');
  const folder = await mkdtemp(join(tmpdir(), 'airlock-decision-'));
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
