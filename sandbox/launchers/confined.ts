/** How a command is confined. */
export interface Confinement {
  /** Folders that the command finds empty: absolute paths that exist. */
  hide: readonly string[];
  /** Whether the launcher is root. Another user first needs a user namespace, in which it may create the others. */
  root: boolean;
}

/** Exit code of the shell below if the set-up fails. The runner does not use this code. */
export const notConfined = 97;

/**
 * Hides the launcher's secrets, which the command's user could otherwise read: mounts an empty read-only file system over
 * each hidden folder. Then drops the capabilities that could unmount it, and forbids programs that regain them
 * (`--no-new-privs`). `/proc` is the namespace's own, so another process's root folder is no way to the hidden files.
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
 * The command line that confines a command: namespaces of its own for network, processes, mounts and IPC, no environment
 * variables, no capabilities. With `--kill-child` and the process namespace, the end of unshare ends every process inside.
 * Start it in a folder that is not hidden, because a process keeps access to its working folder.
 */
export function confined({ hide, root }: Confinement, command: readonly string[]): string[] {
  const namespaces = ['--net', '--ipc', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
  // Root keeps CAP_DAC_OVERRIDE, to read a checkout of another user. It gives no access to hidden folders.
  const capabilities = root ? '-all,+dac_override' : '-all';
  const unshare = ['unshare', ...(root ? [] : ['--map-root-user']), ...namespaces];
  return [...unshare, '/bin/sh', '-c', setUp, 'sh', capabilities, ...hide, '--', ...command];
}
