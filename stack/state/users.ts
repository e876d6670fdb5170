import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessName } from '../../src/domain/names.ts';

/** A user of the operating system, by number: none of them needs an entry in /etc/passwd. */
export interface User {
  uid: number;
  gid: number;
}

// Above Debian's range for dynamically allocated system users (policy manual 9.2.2), below 65534.
const firstUid = 64_100;
const processes: readonly ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];

/**
 * The user that a process runs as, where this machine allows one of its own: the stack must be root, and the checkout
 * must be readable for others. Undefined means the stack's own user, and then the boundary between processes is Vault's
 * and PostgreSQL's, not the operating system's.
 */
export async function userOf(process: ProcessName, checkout: string): Promise<User | undefined> {
  if (globalThis.process.getuid?.() !== 0 || !(await readableForOthers(checkout))) return undefined;
  const id = firstUid + processes.indexOf(process);
  return { uid: id, gid: id };
}

async function readableForOthers(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  const open = (mode & 0o005) === 0o005;
  return open && (dirname(folder) === folder || readableForOthers(dirname(folder)));
}
