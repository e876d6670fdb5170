import { fileURLToPath } from 'node:url';

/** A Go module below tools/, and the programs that are built from the module. */
export interface Tool {
  name: ToolName;
  /** The folder of the Go module. Its go.mod pins the versions. */
  moduleFolder: string;
  programs: readonly ProgramName[];
  /** The package to build: an import path, or `.` for the package in `moduleFolder`. */
  package: string;
  /** Further linker flags. `-s` and `-w` are set for every tool. */
  ldflags: readonly string[];
  /** How to check the version of each program. A program from the cache is not checked. */
  versionProbes: Readonly<Record<string, VersionProbe>>;
  /** How many minutes a build takes on two cores, if Go's caches are empty. */
  coldMinutes: number;
}

/** How to check the version of a program. */
export interface VersionProbe {
  /** The arguments with which the program prints its version. */
  args: readonly string[];
  /** Matches the output of the right version only. If v1.35.4 is right, the output `v1.35.40` does not match. */
  rightOutput: RegExp;
  /** The right version, for messages. */
  version: string;
}

type ToolName = 'kube' | 'kwok' | 'temporal' | 'vault' | 'opa';

/** The name of a program. The tool `kube` has five programs. Every other tool has one program. */
export type ProgramName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'
  | 'kwok'
  | 'temporal'
  | 'vault'
  | 'opa';

const kubernetes = { major: '1', minor: '35', version: 'v1.35.4' };

/**
 * Returns the linker flags that set the version which the Kubernetes programs report, for example at `/version`. The
 * build date is constant, because another date would change the build arguments. The tool would then be built again.
 */
function kubernetesVersionFlags(): string[] {
  const fields = {
    gitVersion: kubernetes.version,
    gitMajor: kubernetes.major,
    gitMinor: kubernetes.minor,
    gitCommit: '0',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
  };
  const versionPackages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return versionPackages.flatMap((path) =>
    Object.entries(fields).map(([field, value]) => `-X ${path}.${field}=${value}`),
  );
}

function versionProbe(args: string[], textBefore: string, version: string): VersionProbe {
  const exact = `${textBefore}${version}`.replaceAll('.', '\\.');
  return { args, rightOutput: new RegExp(`${exact}(?![\\w.+-])`), version };
}

const kubernetesProbe = versionProbe(['--version'], 'Kubernetes ', kubernetes.version);

function moduleFolderOf(name: ToolName): string {
  return fileURLToPath(new URL(`../../tools/${name}`, import.meta.url));
}

/** All tools, the slowest build first. */
export const tools: readonly Tool[] = [
  {
    name: 'kube',
    moduleFolder: moduleFolderOf('kube'),
    programs: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
    package: '.',
    ldflags: kubernetesVersionFlags(),
    versionProbes: {
      etcd: versionProbe(['--version'], 'etcd Version: ', '3.6.5'),
      'kube-apiserver': kubernetesProbe,
      'kube-controller-manager': kubernetesProbe,
      'kube-scheduler': kubernetesProbe,
      kubectl: versionProbe(['version', '--client'], 'Client Version: ', kubernetes.version),
    },
    coldMinutes: 9,
  },
  {
    name: 'vault',
    moduleFolder: moduleFolderOf('vault'),
    programs: ['vault'],
    package: '.',
    ldflags: [],
    versionProbes: { vault: versionProbe(['version'], 'Vault ', 'v1.21.1') },
    coldMinutes: 6,
  },
  {
    name: 'temporal',
    moduleFolder: moduleFolderOf('temporal'),
    programs: ['temporal'],
    package: 'github.com/temporalio/cli/cmd/temporal',
    ldflags: ['-X github.com/temporalio/cli/temporalcli.Version=1.5.1'],
    versionProbes: { temporal: versionProbe(['--version'], 'temporal version ', '1.5.1') },
    coldMinutes: 4,
  },
  {
    name: 'kwok',
    moduleFolder: moduleFolderOf('kwok'),
    programs: ['kwok'],
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    ldflags: [],
    versionProbes: { kwok: versionProbe(['--version'], 'kwok version ', 'v0.8.0') },
    coldMinutes: 2,
  },
  {
    name: 'opa',
    moduleFolder: moduleFolderOf('opa'),
    programs: ['opa'],
    package: 'github.com/open-policy-agent/opa',
    ldflags: [],
    versionProbes: { opa: versionProbe(['version'], 'Version: ', '1.22.0') },
    coldMinutes: 2,
  },
];
