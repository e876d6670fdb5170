/** Identity of a process from `/proc`. Together with the pid it is unique; a pid alone is reused. */
export interface ProcessIdentity {
  /** Field 22 of `/proc/<pid>/stat`. */
  startTime: string;
  bootId: string;
}

/**
 * Identity of a running process, or undefined if no process has that pid. A zombie counts as ended: it waits for its parent
 * to collect it, which may never happen in a container.
 */
export function identityOf(pid: number): ProcessIdentity | undefined;

/** State and start time from a line of `/proc/<pid>/stat` (proc(5)). The name in it can contain spaces and brackets. */
export function parseStat(line: string): { state: string; startTime: string };
