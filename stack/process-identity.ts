import { readFileSync } from 'node:fs';

/** What `/proc` says of one running process. */
export interface ProcessIdentity {
  startTime: string;
  bootId: string;
}

/**
 * Identity of a running process, or undefined where none has that pid. A zombie has ended: it only waits to be
 * collected by its parent, which in a container may be never.
 */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  const { state, startTime } = parseStat(stat);
  return state === 'Z' || state === 'X' ? undefined : { startTime, bootId: bootId() };
}

/** State and start time from a line of `/proc/<pid>/stat` (proc(5)); the name in it may hold spaces and brackets. */
export function parseStat(line: string): { state: string; startTime: string } {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
}

function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  } catch (error) {
    // ESRCH: it ended between the opening and the reading.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
