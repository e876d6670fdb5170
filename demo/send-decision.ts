import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureToolchain } from '../stack/toolchain/toolchain.ts';
import { createProgress } from '../stack/progress.ts';
import type { StackClient } from './stack-client.ts';

/** The subcommands of `temporal workflow` that send a decision: as a Signal or as an Update. */
export type TemporalChannel = 'signal' | 'update execute';

/**
 * Sends a decision with the Temporal CLI. The CLI reads the decision from a file in a temporary folder (mode 0700).
 * @param printed the output of `airlock approve --token-only` or `airlock deny --token-only`. `out` is standard output:
 * the decision. `text` is standard output and standard error, with one command line for each channel.
 * @returns the exit code and the output of the command line for `channel`. The command is killed after one minute.
 */
export async function sendDecision(
  { stack }: StackClient,
  channel: TemporalChannel,
  printed: { text: string; out: string },
): Promise<{ code: number; text: string }> {
  const line = printed.text.split('\n').find((each) => each.trim().startsWith(`temporal workflow ${channel} `));
  if (!line)
    throw new Error(
      `airlock printed no command line that starts with temporal workflow ${channel}: run airlock approve --token-only and read the output`,
    );
  const program = (await ensureToolchain(createProgress())).program('temporal');
  const folder = await mkdtemp(join(tmpdir(), 'airlock-decision-'));
  try {
    await writeFile(join(folder, 'decision.json'), printed.out, { mode: 0o600 });
    const env = { PATH: dirname(program), HOME: folder, TEMPORAL_ADDRESS: stack.temporal };
    return await runInShell(line.trim(), { cwd: folder, env, timeout: 60_000 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function runInShell(
  line: string,
  options: { cwd: string; env: NodeJS.ProcessEnv; timeout: number },
): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', line], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, text: `${stdout}${stderr}` });
    });
  });
}
