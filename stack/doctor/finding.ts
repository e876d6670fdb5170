import { execFile } from 'node:child_process';

/** One thing that was looked at. */
export interface Finding {
  name: string;
  /** False where a stack would not start or a rehearsal would not run. */
  ok: boolean;
  /** What is there, in a few words. */
  found: string;
  /** How to mend it; only with `ok: false`. */
  mend?: string;
}

/** Runs a program for at most 10 s; the text is its output, or why it did not work. */
export function tryOut(
  command: string,
  args: string[],
  user?: { uid: number; gid: number },
): Promise<{ worked: boolean; text: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000, cwd: '/', ...user }, (error, stdout, stderr) => {
      const text = (error ? stderr.trim() || error.message : stdout).trim().split('\n')[0] ?? '';
      resolve({ worked: error === null, text });
    });
  });
}
