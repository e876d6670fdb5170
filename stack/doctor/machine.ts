import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { confined } from '../../sandbox/launchers/confined.ts';
import { cacheFolder } from '../toolchain/cache-folder.ts';
import { defaultStatePath } from '../state/state.ts';
import { findingOf, tryRun, type Finding } from './finding.ts';

const gib = 1024 ** 3;
/** Two targets, the servers, four processes and one rehearsal need at most 3.2 GiB. */
const minMemoryGib = 4;
/** Go's caches and the five tools take 6 GiB; a stack writes less than 1 GiB a day. */
const cacheGib = 7;
const stateGib = 1;

/**
 * Checks whether memory and disk space are sufficient.
 * @param toolsMissing true if tools must still be compiled: the disk space for compiling is then checked too.
 */
export async function checkMemoryAndDisk(toolsMissing: boolean): Promise<Finding[]> {
  return [
    await memory(),
    await disk('disk, state', defaultStatePath(), stateGib),
    ...(toolsMissing ? [await disk('disk, tools', cacheFolder(), cacheGib)] : []),
  ];
}

async function memory(): Promise<Finding> {
  const kib = Number(/MemAvailable:\s+(\d+)/.exec(await readFile('/proc/meminfo', 'utf8'))?.[1] ?? 0);
  const ok = kib * 1024 >= minMemoryGib * gib;
  const fix = `free memory until ${String(minMemoryGib)} GiB are available`;
  return findingOf({ name: 'memory', ok, found: `${inGib(kib * 1024)} available`, fix });
}

async function disk(name: string, folder: string, minGib: number): Promise<Finding> {
  const { bavail, bsize } = await fileSystemOf(folder);
  const free = bavail * bsize;
  const ok = free >= minGib * gib;
  const fix = `make ${String(minGib)} GiB available there, or choose another folder (AIRLOCK_STATE, XDG_CACHE_HOME)`;
  return findingOf({ name, ok, found: `${inGib(free)} free for ${folder}`, fix });
}

/** Returns the file system of a folder. If the folder does not exist, its nearest existing parent is used. */
async function fileSystemOf(folder: string): Promise<{ bavail: number; bsize: number }> {
  try {
    return await statfs(folder);
  } catch (error) {
    if (folder === dirname(folder)) throw error;
    return fileSystemOf(dirname(folder));
  }
}

function inGib(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}

/**
 * Checks whether a rehearsal can run isolated: in its own Linux namespaces, with a hidden folder, and without
 * capabilities. A kernel or a container can forbid this in many ways. So the check starts a program exactly as a
 * rehearsal is started.
 * @param user the user that rehearsals run as; undefined if they run as the current user.
 */
export async function checkLinuxNamespaces(user: { uid: number; gid: number } | undefined): Promise<Finding> {
  const asRoot = process.getuid?.() === 0 && user === undefined;
  const [command = '', ...args] = confined({ hide: [tmpdir()], root: asRoot }, ['/bin/true']);
  const { succeeded, text } = await tryRun(command, args, user);
  const who = user === undefined ? '' : ` as user ${String(user.uid)}`;
  const fix =
    'install util-linux (unshare, setpriv) and iproute2 (ip), and allow namespaces: as root in a container with ' +
    'CAP_SYS_ADMIN, otherwise with sysctl kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0. ' +
    'Without namespaces rehearsals do not start';
  const found = succeeded ? `work${who}` : `do not work${who}: ${text}`;
  return findingOf({ name: 'Linux namespaces', ok: succeeded, found, fix });
}
