/** What `/proc` says of one running process. */
export interface ProcessIdentity {
  /** Field 22 of `/proc/<pid>/stat`. */
  startTime: string;
  bootId: string;
}

/**
 * Identity of a running process, or undefined where none has that pid. A zombie has ended: it only waits to be
 * collected by its parent, which in a container may be never.
 */
export function identityOf(pid: number): ProcessIdentity | undefined;

/** State and start time from a line of `/proc/<pid>/stat` (proc(5)); the name in it may hold spaces and brackets. */
export function parseStat(line: string): { state: string; startTime: string };
