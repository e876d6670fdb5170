import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { confined } from '../../sandbox/launchers/confined.ts';
import { cacheFolder } from '../toolchain/cache-folder.ts';
import { defaultStatePath } from '../state/state.ts';
import { tryOut, type Finding } from './finding.ts';

const gib = 1024 ** 3;
/** Two targets, the servers, four processes and one rehearsal need 3.2 GiB at their peak. */
const memoryGib = 4;
/** Go's caches and the five parts take 6 GiB; a stack writes less than 1 GiB a day. */
const cacheGib = 7;
const stateGib = 1;

/** Memory and disk. */
export async function resources(partsMissing: boolean): Promise<Finding[]> {
  return [
    await memory(),
    await disk('disk, state', defaultStatePath(), stateGib),
    ...(partsMissing ? [await disk('disk, parts', cacheFolder(), cacheGib)] : []),
  ];
}

async function memory(): Promise<Finding> {
  const kib = Number(/MemAvailable:\s+(\d+)/.exec(await readFile('/proc/meminfo', 'utf8'))?.[1] ?? 0);
  const ok = kib * 1024 >= memoryGib * gib;
  const mend = `free memory until ${String(memoryGib)} GiB are available`;
  return { name: 'memory', ok, found: `${inGib(kib * 1024)} available`, ...(ok ? {} : { mend }) };
}

async function disk(name: string, folder: string, least: number): Promise<Finding> {
  const { bavail, bsize } = await nearest(folder);
  const free = bavail * bsize;
  const ok = free >= least * gib;
  const mend = `free ${String(least)} GiB there, or choose another folder (AIRLOCK_STATE, XDG_CACHE_HOME)`;
  return { name, ok, found: `${inGib(free)} free for ${folder}`, ...(ok ? {} : { mend }) };
}

/** File system of a folder, or of the first folder above it that is there. */
async function nearest(folder: string): Promise<{ bavail: number; bsize: number }> {
  try {
    return await statfs(folder);
  } catch (error) {
    if (folder === dirname(folder)) throw error;
    return nearest(dirname(folder));
  }
}

function inGib(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}

/**
 * What a rehearsal needs: namespaces of its own with a loopback in them, a hidden folder, no capabilities. Tried for
 * real, with the launcher's own command line, since kernels and containers forbid it in many ways.
 */
export async function networkNamespace(user: { uid: number; gid: number } | undefined): Promise<Finding> {
  const asRoot = process.getuid?.() === 0 && user === undefined;
  const [command = '', ...args] = confined({ hide: [tmpdir()], root: asRoot }, ['/bin/true']);
  const { worked, text } = await tryOut(command, args, user);
  const who = user === undefined ? '' : ` as user ${String(user.uid)}`;
  const mend =
    'install util-linux (unshare, setpriv) and iproute2 (ip), and allow namespaces: as root in a container with ' +
    'CAP_SYS_ADMIN, else with sysctl kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0. ' +
    'Without one rehearsals refuse to start';
  const found = worked ? `can be had${who}` : `cannot be had${who}: ${text}`;
  return { name: 'sandbox namespaces', ok: worked, found, ...(worked ? {} : { mend }) };
}
