import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { VersionProbe } from './table.ts';

/**
 * What `probeVersion` found. `nothing`: no executable file. `right`: the output of the program contains the right
 * version. `other`: the output does not contain the right version. `says` is the first line of the output, or of the
 * error message if the program printed nothing.
 */
export type ProbeResult = { found: 'nothing' } | { found: 'other'; says: string } | { found: 'right' };

const deadlineMs = 10_000;

/** Runs a program for at most 10 s, and checks whether its output contains the right version. */
export async function probeVersion(file: string, probe: VersionProbe): Promise<ProbeResult> {
  const isExecutable = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isExecutable) return { found: 'nothing' };
  const says = await outputOrError(file, probe.args);
  return probe.rightOutput.test(says) ? { found: 'right' } : { found: 'other', says: firstLine(says) };
}

/** Returns the output of a program. If the program fails, the error message is appended. */
function outputOrError(file: string, args: readonly string[]): Promise<string> {
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
