/** What a confined command may not have. */
export interface Confinement {
  /** Folders that it finds empty, with everything below them: absolute paths that exist. */
  hide: readonly string[];
  /** Whether the launcher is root; else a user namespace comes first, in which the others may be made. */
  root: boolean;
}

/** Exit code of the shell below where its namespaces cannot be set up: nothing of the runner's has this one. */
export const notConfined = 97;

/**
 * Outside, the launcher's user could read its own secrets; inside, they are below an empty read-only file system, and
 * what could take that away again (capabilities, here and by programs that give them) is gone before the command runs.
 * The process file system is the inside's own too: another process's root folder cannot be a way around.
 */
const setUp = [
  'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
  `ip link set lo up || exit ${notConfined}`,
  'capabilities="$1"; shift',
  'while [ "$1" != -- ]; do',
  `mount -t tmpfs -o ro,size=4k,mode=0555 none "$1" || exit ${notConfined}; shift`,
  'done; shift',
  'exec setpriv --no-new-privs --inh-caps=-all --bounding-set="$capabilities" env -i "$@"',
].join('\n');

/**
 * The command line that runs a command with nothing but itself: namespaces of its own for network, processes, mounts
 * and IPC, no environment, no capability. `--kill-child` and the process namespace: when unshare dies, so does
 * everything inside. Start it in a folder that is not hidden: a working folder is not looked up again.
 */
export function confined({ hide, root }: Confinement, command: readonly string[]): string[] {
  const own = ['--net', '--ipc', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
  // Root keeps the one that lets it read a checkout that is another user's; it opens nothing that is hidden.
  const capabilities = root ? '-all,+dac_override' : '-all';
  const namespaces = ['unshare', ...(root ? [] : ['--map-root-user']), ...own];
  return [...namespaces, '/bin/sh', '-c', setUp, 'sh', capabilities, ...hide, '--', ...command];
}
