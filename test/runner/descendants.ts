import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const proc = '/proc';

/** A process, named for good: a pid is reused, pid and start time together are not. */
interface Seen {
  pid: number;
  startTime: string;
}

/** Everything that one child process started, also what it left behind when it ended. */
export interface Descendants extends Disposable {
  /**
   * Waits up to `graceMs` for all of them to end, and kills those that did not.
   * @returns their command lines; empty when nothing was left.
   */
  remove(graceMs: number): Promise<string[]>;
}

/**
 * Watches what a child process starts, by walking parents in /proc and by a mark in the environment: either alone
 * would miss a daemon that changed its parent between two looks, or one that was given an environment of its own.
 * @param mark a text that occurs in the environment of this child only.
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
      const deadline = Date.now() + graceMs;
      look({ marks: true });
      while (alive(seen).length > 0 && Date.now() < deadline) {
        await sleep(50);
        look({ marks: false });
      }
      const left = alive(seen);
      const names = left.map(({ pid }) => `${String(pid)}: ${commandOf(pid)}`);
      for (const { pid } of left) kill(pid);
      while (alive(seen).length > 0) await sleep(20); // nothing survives SIGKILL for long
      return names;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Kills a process, or with a negative number a group of them; one that ended meanwhile is what was wanted. */
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

/** All processes but zombies, which only wait to be read by whoever started them. */
function processes(): (Seen & { parent: number })[] {
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = read(`${proc}/${pid}/stat`);
    // The command stands in brackets and may itself hold brackets and spaces; fields are counted after the last one.
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

/** A file of /proc, or nothing when its process ended meanwhile or belongs to somebody else. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
