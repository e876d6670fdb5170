/**
 * Identifies a process, with data from `/proc`. Pid and identity together are unique. A pid alone is not, because the
 * kernel reuses pids.
 */
export interface ProcessIdentity {
  /** Field 22 of `/proc/<pid>/stat`: the start time in clock ticks since the boot. */
  startTime: string;
  bootId: string;
}

/**
 * The identity of a running process, or undefined if no process has that pid. A zombie (a process that has ended and
 * waits for its parent to collect it) counts as ended. In a container a zombie may wait for ever.
 */
export function identityOf(pid: number): ProcessIdentity | undefined;

/** State and start time from a line of `/proc/<pid>/stat` (proc(5)). The name in it can contain spaces and brackets. */
export function parseStat(line: string): { state: string; startTime: string };
