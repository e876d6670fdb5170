import { readdir, readFile } from 'node:fs/promises';

/** One running process of a rehearsal. */
export interface SandboxProcess {
  pid: number;
  command: string[];
}

/**
 * All processes of all rehearsals of a stack. They are found by their command lines: no other process names a file below
 * the stack's folder of sandbox programs.
 * @param folder State folder of the stack.
 */
export async function sandboxProcesses(folder: string): Promise<SandboxProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map(async (pid) => ({ pid, command: await commandOf(pid) })));
  return all.filter(({ command }) => command.some((word) => word.includes(`${folder}/programs/`)));
}

/** Scratch folders of those rehearsals. */
export function scratchFoldersOf(processes: readonly SandboxProcess[]): string[] {
  const named = processes.flatMap(({ command }) => command.filter((_, index) => command[index - 1] === '--scratch'));
  return [...new Set(named)];
}

/** Empty if the process has ended meanwhile. */
async function commandOf(pid: number): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
}
