/** How a command is confined. The launcher is the process that starts the command. */
export interface Confinement {
  /** Absolute paths of existing folders. The command sees these folders empty. */
  hide: readonly string[];
  /**
   * True if the launcher runs as root. Otherwise `unshare` also creates a user namespace. In a user namespace, an
   * ordinary user may create the other Linux namespaces.
   */
  launcherIsRoot: boolean;
}

/**
 * If `ip` or `mount` fails, `confineScript` exits with this code and does not run the command. The runner (the process
 * of one rehearsal) never exits with this code.
 */
export const notConfinedExitCode = 97;

/**
 * A shell script that hides folders, and then runs the command. The command and the launcher run as the same Linux
 * user. Without this script, the command could read the secrets of the launcher.
 *
 * The script mounts an empty read-only file system over each hidden folder. The command cannot unmount these file
 * systems, because `setpriv` drops CAP_SYS_ADMIN. `--no-new-privs` keeps the command from regaining CAP_SYS_ADMIN.
 * `/proc` shows only the processes of the new PID namespace. So the command cannot read a hidden file through
 * `/proc/<pid>/root` of a process outside.
 */
const confineScript = [
  'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
  `ip link set lo up || exit ${notConfinedExitCode}`,
  'capabilities="$1"; shift',
  'while [ "$1" != -- ]; do',
  `mount -t tmpfs -o ro,size=4k,mode=0555 none "$1" || exit ${notConfinedExitCode}; shift`,
  'done; shift',
  'exec setpriv --no-new-privs --inh-caps=-all --bounding-set="$capabilities" env -i "$@"',
].join('\n');

/**
 * Returns the command line that runs `command` confined. The command has no environment variables. It has Linux
 * namespaces of its own: network, PID, mount and IPC. When `unshare` ends, every process in the PID namespace ends.
 * Do not start the command line in a hidden folder: a process keeps access to its working folder.
 */
export function confinedCommand({ hide, launcherIsRoot }: Confinement, command: readonly string[]): string[] {
  const namespaceFlags = ['--net', '--ipc', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
  // As root, the command keeps CAP_DAC_OVERRIDE. The checkout may belong to another user, and the command has to read
  // the checkout. CAP_DAC_OVERRIDE gives no access to hidden folders.
  const capabilities = launcherIsRoot ? '-all,+dac_override' : '-all';
  const unshare = ['unshare', ...(launcherIsRoot ? [] : ['--map-root-user']), ...namespaceFlags];
  return [...unshare, '/bin/sh', '-c', confineScript, 'sh', capabilities, ...hide, '--', ...command];
}
