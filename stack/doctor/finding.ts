import { execFile } from 'node:child_process';

/** Result of one check. */
export interface Finding {
  name: string;
  /** False if the check found a problem that keeps a stack from starting or a rehearsal from running. */
  ok: boolean;
  /** What the check found, in a few words. */
  found: string;
  /** How to fix the problem. Given only with `ok: false`. */
  fix?: string;
}

/** Makes a finding. Drops `fix` if `ok` is true. */
export function findingOf({ fix, ...finding }: Required<Finding>): Finding {
  return finding.ok ? finding : { ...finding, fix };
}

/** Runs a program for at most 10 s. The returned text is the first line of the output, or of the error. */
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
