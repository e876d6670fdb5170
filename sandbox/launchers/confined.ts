/** How a command is confined. */
export interface Confinement {
  /** Absolute paths of existing folders. The command sees these folders empty. */
  hide: readonly string[];
  /**
   * True if the launcher (the process that starts the command) is root. If the launcher is not root, `unshare` first
   * creates a user namespace. In a user namespace, an ordinary user may create the other Linux namespaces.
   */
  root: boolean;
}

/**
 * The shell script below exits with this code if it cannot set up the confinement. The command itself (the
 * runner of a rehearsal) never exits with this code.
 */
export const notConfined = 97;

/**
 * A shell script that hides the secrets of the launcher. The command runs as the same user as the launcher, so without
 * the script the command could read these secrets. First the script mounts an empty read-only file system over each
 * hidden folder. Then the script drops the capabilities that unmounting needs, and `--no-new-privs` prevents the
 * command from regaining them. `/proc` shows only the processes of the new PID namespace. So the command cannot
 * read a hidden file through `/proc/<pid>/root` of an outside process.
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
 * Returns the command line that runs `command` confined. The command has its own Linux namespaces for network,
 * processes, mounts and IPC, no environment variables and no capabilities (root keeps one). When unshare ends, every
 * process inside ends (`--kill-child` and the PID namespace).
 * Start the command line in a folder that is not hidden, because a process keeps access to its working folder.
 */
export function confined({ hide, root }: Confinement, command: readonly string[]): string[] {
  const namespaceFlags = ['--net', '--ipc', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
  // Root keeps CAP_DAC_OVERRIDE, to read a checkout of another user. This capability gives no access to hidden folders.
  const capabilities = root ? '-all,+dac_override' : '-all';
  const unshare = ['unshare', ...(root ? [] : ['--map-root-user']), ...namespaceFlags];
  return [...unshare, '/bin/sh', '-c', setUp, 'sh', capabilities, ...hide, '--', ...command];
}
