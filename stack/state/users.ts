import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessName } from '../../src/domain/names.ts';

/** An operating system user by its ids. It needs no entry in /etc/passwd. */
export interface User {
  uid: number;
  gid: number;
}

// Above the range that Debian allocates dynamically (policy manual, section 9.2.2), below 65534.
const firstUid = 64_100;
const processes: readonly ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];

/**
 * The user for a process. Each process gets its own if the stack runs as root and other users can read the checkout.
 * Otherwise undefined: all processes run as the stack's user, and only Vault and PostgreSQL separate them.
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
