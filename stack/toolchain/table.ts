import { fileURLToPath } from 'node:url';

/** A tool: one Go module below tools/ and the programs that it builds. */
export interface Tool {
  name: ToolName;
  /** The folder of the Go module whose go.mod pins the versions. */
  module: string;
  programs: readonly ProgramName[];
  /** The argument of `go build`: the path of a package, or `.` for the main package of the module itself. */
  package: string;
  /** Linker flags in addition to `-s -w`. */
  ldflags: readonly string[];
  /** How to check the version of each program that is not from the cache. */
  versions: Readonly<Record<string, VersionProbe>>;
  /** How many minutes a build without any cache takes on two cores. Users see the sum over the missing tools. */
  coldMinutes: number;
}

/** How to get the version of a program. */
export interface VersionProbe {
  args: readonly string[];
  /** Matches what the right version prints. Nothing may follow the version: v1.35.40 does not match v1.35.4. */
  answers: RegExp;
  /** The right version. */
  version: string;
}

type ToolName = 'kube' | 'kwok' | 'temporal' | 'vault' | 'opa';

/** A program that the toolchain builds. Some tools contain several programs. */
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
 * Returns the linker flags that set the version of Kubernetes. kubeadm, kubelet and clients of `/version` depend on
 * this version. The build date is fixed, because a date that changes would make the build cache useless.
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
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return packages.flatMap((path) => Object.entries(fields).map(([field, value]) => `-X ${path}.${field}=${value}`));
}

function probe(args: string[], textBefore: string, version: string): VersionProbe {
  const exact = `${textBefore}${version}`.replaceAll('.', '\\.');
  return { args, answers: new RegExp(`${exact}(?![\\w.+-])`), version };
}

const ofKubernetes = probe(['--version'], 'Kubernetes ', kubernetes.version);

function moduleOf(name: ToolName): string {
  return fileURLToPath(new URL(`../../tools/${name}`, import.meta.url));
}

/** All tools. The slowest build is first. */
export const tools: readonly Tool[] = [
  {
    name: 'kube',
    module: moduleOf('kube'),
    programs: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
    package: '.',
    ldflags: kubernetesVersionFlags(),
    versions: {
      etcd: probe(['--version'], 'etcd Version: ', '3.6.5'),
      'kube-apiserver': ofKubernetes,
      'kube-controller-manager': ofKubernetes,
      'kube-scheduler': ofKubernetes,
      kubectl: probe(['version', '--client'], 'Client Version: ', kubernetes.version),
    },
    coldMinutes: 9,
  },
  {
    name: 'vault',
    module: moduleOf('vault'),
    programs: ['vault'],
    package: '.',
    ldflags: [],
    versions: { vault: probe(['version'], 'Vault ', 'v1.21.1') },
    coldMinutes: 6,
  },
  {
    name: 'temporal',
    module: moduleOf('temporal'),
    programs: ['temporal'],
    package: 'github.com/temporalio/cli/cmd/temporal',
    ldflags: ['-X github.com/temporalio/cli/temporalcli.Version=1.5.1'],
    versions: { temporal: probe(['--version'], 'temporal version ', '1.5.1') },
    coldMinutes: 4,
  },
  {
    name: 'kwok',
    module: moduleOf('kwok'),
    programs: ['kwok'],
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    ldflags: [],
    versions: { kwok: probe(['--version'], 'kwok version ', 'v0.8.0') },
    coldMinutes: 2,
  },
  {
    name: 'opa',
    module: moduleOf('opa'),
    programs: ['opa'],
    package: 'github.com/open-policy-agent/opa',
    ldflags: [],
    versions: { opa: probe(['version'], 'Version: ', '1.22.0') },
    coldMinutes: 2,
  },
];
