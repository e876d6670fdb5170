import { execFile } from 'node:child_process';

/** Result of one check. */
export interface Finding {
  name: string;
  /** False if because of it a stack would not start, or a rehearsal would not run. */
  ok: boolean;
  /** What the check found, in a few words. */
  found: string;
  /** How to fix the problem. Given only with `ok: false`. */
  fix?: string;
}

/** Makes a finding. It drops the fix if the check succeeded. */
export function findingOf({ fix, ...finding }: Required<Finding>): Finding {
  return finding.ok ? finding : { ...finding, fix };
}

/** Runs a program for at most 10 s. @returns the first line of its output, or of the error. */
export function tryRun(
  command: string,
  args: string[],
  user?: { uid: number; gid: number },
): Promise<{ succeeded: boolean; text: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000, cwd: '/', ...user }, (error, stdout, stderr) => {
      const text = (error ? stderr.trim() || error.message : stdout).trim().split('\n')[0] ?? '';
      resolve({ succeeded: error === null, text });
    });
  });
}
