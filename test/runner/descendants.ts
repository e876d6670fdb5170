import { readdirSync, readFileSync } from 'node:fs';
import { waitFor } from '../../src/platform/wait-for.ts';

const proc = '/proc';
/** A process that is blocked in the kernel outlives SIGKILL for a while. */
const killSeconds = 60;

/** Identity of a process. A pid is reused; pid and start time together are not. */
interface Seen {
  pid: number;
  startTime: string;
}

/** All processes that one child process has started, also those that outlive it. */
export interface Descendants extends Disposable {
  /**
   * Waits up to `graceMs` for all of them to end and kills the others.
   * @returns the command lines of the killed processes.
   */
  remove(graceMs: number): Promise<string[]>;
}

/**
 * Watches the processes that a child starts. It follows parents in /proc and looks for a mark in the environment. Parents
 * alone miss a daemon that changes its parent between two looks; the mark alone misses a process with a new environment.
 * @param mark Text that only the environment of this child contains.
 */
export function watchDescendants(child: number, mark: string): Descendants {
  const seen = new Map<string, Seen>();
  const look = ({ marks }: { marks: boolean }): void => {
    const known = new Set([child, ...[...seen.values()].map(({ pid }) => pid)]);
    for (let grown = true; grown;) {
      grown = false;
      for (const { pid, parent, startTime } of processes()) {
        if (pid === child || known.has(pid) || !(known.has(parent) || (marks && hasMark(pid, mark)))) continue;
        known.add(pid);
        seen.set(`${String(pid)} ${startTime}`, { pid, startTime });
        grown = true;
      }
    }
  };
  const timer = setInterval(() => look({ marks: false }), 250);
  return {
    async remove(graceMs) {
      look({ marks: true });
      const grace = { what: 'the descendants to end', every: 50, within: graceMs, otherwise: () => false };
      await waitFor(grace, () => {
        look({ marks: false });
        return alive(seen).length === 0;
      });
      const left = alive(seen);
      const names = left.map(({ pid }) => `${String(pid)}: ${commandOf(pid)}`);
      for (const { pid } of left) kill(pid);
      const kills = { what: 'the killed descendants to end', every: 20, within: killSeconds * 1000 };
      await waitFor(kills, () => alive(seen).length === 0);
      return names;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Kills a process, or with a negative number a process group. It may have ended already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function alive(seen: Map<string, Seen>): Seen[] {
  const now = new Set(processes().map(({ pid, startTime }) => `${String(pid)} ${startTime}`));
  return [...seen].filter(([key]) => now.has(key)).map(([, process]) => process);
}

/** All processes except zombies, which have ended. */
function processes(): (Seen & { parent: number })[] {
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = read(`${proc}/${pid}/stat`);
    // The command is in brackets and can contain brackets and spaces. Fields are counted after the last bracket.
    const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startTime = rest[17];
    return startTime && state !== 'Z' ? [{ pid: Number(pid), parent: Number(parent), startTime }] : [];
  });
}

function hasMark(pid: number, mark: string): boolean {
  return read(`${proc}/${String(pid)}/environ`).includes(mark);
}

function commandOf(pid: number): string {
  return read(`${proc}/${String(pid)}/cmdline`)
    .replaceAll('\0', ' ')
    .trim()
    .slice(0, 300);
}

/** Reads a file of /proc. Empty if the process has ended or belongs to another user. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
