import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { confinedCommand } from '../../sandbox/launchers/confined.ts';
import { cacheFolder } from '../toolchain/cache-folder.ts';
import { defaultStatePath } from '../state/state.ts';
import { findingOf, tryRun, type Finding } from './finding.ts';

const gib = 1024 ** 3;
/** A stack with its two targets and one running rehearsal needs at most 3.2 GiB. The rest is a reserve. */
const minMemoryGib = 4;
/** Disk space to compile the five tools. Go's caches and the compiled programs take 6 GiB. */
const minCacheGib = 7;
/** Disk space for the state folder. A stack writes less than 1 GiB per day. */
const minStateGib = 1;

/**
 * Checks the available memory and the free disk space.
 * @param toolsMissing true if a tool must still be compiled. Otherwise the disk space for compiling is not checked.
 */
export async function checkMemoryAndDisk(toolsMissing: boolean): Promise<Finding[]> {
  return [
    await memory(),
    await disk('state folder', { folder: defaultStatePath(), minGib: minStateGib, variable: 'AIRLOCK_STATE' }),
    ...(toolsMissing
      ? [await disk('tool cache', { folder: cacheFolder(), minGib: minCacheGib, variable: 'XDG_CACHE_HOME' })]
      : []),
  ];
}

async function memory(): Promise<Finding> {
  const kib = Number(/MemAvailable:\s+(\d+)/.exec(await readFile('/proc/meminfo', 'utf8'))?.[1] ?? 0);
  const ok = kib * 1024 >= minMemoryGib * gib;
  const fix = `end other programs, or use a larger machine: a stack needs ${String(minMemoryGib)} GiB of available memory`;
  return findingOf({ name: 'memory', ok, found: `${inGib(kib * 1024)} available`, fix });
}

interface DiskNeed {
  folder: string;
  minGib: number;
  /** The environment variable that sets the folder. */
  variable: string;
}

async function disk(purpose: string, { folder, minGib, variable }: DiskNeed): Promise<Finding> {
  const free = await freeBytesFor(folder);
  const ok = free >= minGib * gib;
  const fix = `delete files until ${String(minGib)} GiB are free on the disk of ${folder}, or set ${variable} to a folder on another disk`;
  return findingOf({ name: `disk for ${purpose}`, ok, found: `${inGib(free)} free on the disk of ${folder}`, fix });
}
/** Returns the free bytes on the disk of a folder. If the folder does not exist, uses its nearest existing parent. */
async function freeBytesFor(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (folder === dirname(folder)) throw error;
    return freeBytesFor(dirname(folder));
  }
}

function inGib(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}

/**
 * Checks whether this machine can isolate a rehearsal. The check starts `/bin/true` in new Linux namespaces, as
 * `observe` starts a rehearsal.
 * @param user the operating system user that runs rehearsals; undefined if this is the user of this process.
 */
export async function checkLinuxNamespaces(user: { uid: number; gid: number } | undefined): Promise<Finding> {
  const launcherIsRoot = process.getuid?.() === 0 && user === undefined;
  const [command = '', ...args] = confinedCommand({ hide: [tmpdir()], launcherIsRoot }, ['/bin/true']);
  const { succeeded, text } = await tryRun(command, args, user);
  const who = user === undefined ? '' : ` by uid ${String(user.uid)}`;
  const fix =
    'install util-linux (for unshare and setpriv) and iproute2 (for ip). In a container, add the capability CAP_SYS_ADMIN. ' +
    'If rehearsals do not run as root, set the sysctls kernel.unprivileged_userns_clone=1 and ' +
    'kernel.apparmor_restrict_unprivileged_userns=0, where the kernel has them. ' +
    'Without Linux namespaces no rehearsal starts';
  const found = succeeded ? `usable${who}` : `not usable${who}: ${text}`;
  return findingOf({ name: 'Linux namespaces', ok: succeeded, found, fix });
}
