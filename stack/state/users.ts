import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessName } from '../../src/domain/names.ts';

/** An operating system user, given by ids. The user needs no entry in /etc/passwd. */
export interface User {
  uid: number;
  gid: number;
}

// These ids are above the range that Debian allocates dynamically (policy manual, section 9.2.2), and below 65534.
const firstUid = 64_100;
const processes: readonly ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];

/**
 * Returns the operating system user of a process. Each process has its own user if the stack runs as root and other
 * users can read the checkout. Otherwise returns undefined: all processes run as the user of the stack. Then only their
 * different rights in Vault and PostgreSQL separate the processes.
 */
export async function userOf(process: ProcessName, checkout: string): Promise<User | undefined> {
  if (globalThis.process.getuid?.() !== 0 || !(await isReadableByOthers(checkout))) return undefined;
  const id = firstUid + processes.indexOf(process);
  return { uid: id, gid: id };
}

async function isReadableByOthers(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  const open = (mode & 0o005) === 0o005;
  return open && (dirname(folder) === folder || isReadableByOthers(dirname(folder)));
}
