import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessName } from '../../src/domain/names.ts';

/** The ids of an operating system user. The user needs no entry in /etc/passwd. */
export interface SystemUser {
  uid: number;
  gid: number;
}

// Debian gives new users ids up to 59999 (policy manual, section 9.2.2). The ids of Airlock's processes are higher.
const firstUid = 64_100;
const processes: readonly ProcessName[] = ['serve', 'reason', 'observe', 'gateway'];

/**
 * Returns the operating system user that runs a process of Airlock. Returns undefined if the current user is not root,
 * or if other users cannot read the folder `checkout` or the folder of the Node that runs this process. Then all
 * processes run as the current user. In this case only Vault and PostgreSQL separate the rights of the processes.
 */
export async function systemUserOf(name: ProcessName, checkout: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const areReadable = await Promise.all([checkout, dirname(process.execPath)].map(isReadableByOthers));
  if (areReadable.includes(false)) return undefined;
  const id = firstUid + processes.indexOf(name);
  return { uid: id, gid: id };
}

/** Returns true if other users (`o+rx`) can list and enter the folder and all its parent folders. */
async function isReadableByOthers(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  const isOpen = (mode & 0o005) === 0o005;
  return isOpen && (dirname(folder) === folder || isReadableByOthers(dirname(folder)));
}
