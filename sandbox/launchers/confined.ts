/** How a command is confined. */
export interface Confinement {
  /** Absolute paths of existing folders. The command sees these folders empty. */
  hide: readonly string[];
  /**
   * True if the launcher is root. A launcher that is not root must first create a Linux user namespace. Inside it the
   * launcher may create the other Linux namespaces.
   */
  root: boolean;
}

/**
 * The exit code of the shell script below if the confinement could not be set up. The runner does not use this code.
 */
export const notConfined = 97;

/**
 * A shell script that hides the secrets of the launcher. The command runs as the same user as the launcher, so without
 * the script the command could read these secrets. The script mounts an empty read-only file system over each hidden
 * folder. Then it drops the capabilities that could unmount that file system, and forbids programs that regain
 * capabilities (`--no-new-privs`). `/proc` belongs to the new process namespace, so the command cannot reach the hidden
 * files through the root folder of another process (`/proc/<pid>/root`).
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
 * The command line that runs a command confined: it has its own Linux namespaces for network, processes, mounts and
 * IPC, no environment variables and no capabilities. When unshare ends, every process inside ends (`--kill-child` and
 * the process namespace). Start the command in a folder that is not hidden, because a process keeps access to its
 * working folder.
 */
export function confined({ hide, root }: Confinement, command: readonly string[]): string[] {
  const namespaceFlags = ['--net', '--ipc', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
  // Root keeps CAP_DAC_OVERRIDE, to read a checkout of another user. This capability gives no access to hidden folders.
  const capabilities = root ? '-all,+dac_override' : '-all';
  const unshare = ['unshare', ...(root ? [] : ['--map-root-user']), ...namespaceFlags];
  return [...unshare, '/bin/sh', '-c', setUp, 'sh', capabilities, ...hide, '--', ...command];
}
