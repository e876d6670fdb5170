import { execFile } from 'node:child_process';

/** Result of one check. */
export interface Finding {
  /** What was checked, such as `memory`. */
  name: string;
  /** False if the check found a problem. */
  ok: boolean;
  /** What the check found, in a few words. */
  found: string;
  /** How to fix the problem. Absent if `ok` is true. */
  fix?: string;
}

/** Returns the finding. If `ok` is true, the finding has no `fix`. */
export function findingOf({ fix, ...finding }: Required<Finding>): Finding {
  return finding.ok ? finding : { ...finding, fix };
}

/**
 * Runs a program for at most 10 s. `text` is the first line of the standard output. If the program fails, `text` is the
 * first line of the standard error. If the standard error is also empty, `text` is from Node's error.
 * @param user the operating system user that runs the program; by default the user of this process.
 */
export function tryRun(
  program: string,
  args: string[],
  user?: { uid: number; gid: number },
): Promise<{ succeeded: boolean; text: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 10_000, cwd: '/', ...user }, (error, stdout, stderr) => {
      const text = (error ? stderr.trim() || error.message : stdout).trim().split('\n')[0] ?? '';
      resolve({ succeeded: error === null, text });
    });
  });
}
