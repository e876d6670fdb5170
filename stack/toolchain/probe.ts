import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { VersionProbe } from './table.ts';

/**
 * What `probe` found. `nothing`: the file is missing or not executable. `right`: the program has the right version.
 * `other`: the program has another version, failed or did not answer; `says` is the first line of its output or of the
 * error.
 */
export type Probed = { found: 'nothing' } | { found: 'other'; says: string } | { found: 'right' };

const deadlineMs = 10_000;

/** Runs a program, for at most 10 s, and compares its version with the right version. */
export async function probe(file: string, version: VersionProbe): Promise<Probed> {
  const isExecutable = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isExecutable) return { found: 'nothing' };
  const says = await output(file, version.args);
  return version.answers.test(says) ? { found: 'right' } : { found: 'other', says: firstLine(says) };
}

function output(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: 65_536 }, (error, stdout, stderr) => {
      const why = error ? ` ${error.killed ? `no answer within ${String(deadlineMs / 1000)} s` : error.message}` : '';
      resolve(`${stdout}${stderr}${why}`);
    });
  });
}

function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}
