import { readdir, readFile } from 'node:fs/promises';

/** One process of a rehearsal that runs. */
export interface SandboxProcess {
  pid: number;
  command: string[];
}

/**
 * Every process of every rehearsal of a stack: they alone run, or name, the programs that the stack laid out for them.
 * @param folder the stack's state folder.
 */
export async function sandboxProcesses(folder: string): Promise<SandboxProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map(async (pid) => ({ pid, command: await commandOf(pid) })));
  return all.filter(({ command }) => command.some((word) => word.includes(`${folder}/programs/`)));
}

/** Folders that those rehearsals write to. */
export function scratchFoldersOf(processes: readonly SandboxProcess[]): string[] {
  const named = processes.flatMap(({ command }) => command.filter((_, index) => command[index - 1] === '--scratch'));
  return [...new Set(named)];
}

/** Nothing where the process has just ended. */
async function commandOf(pid: number): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
}
