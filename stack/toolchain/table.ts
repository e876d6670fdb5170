import { fileURLToPath } from 'node:url';

/** A part: one Go module under tools/, and the programs that it is built into. */
export interface Part {
  name: PartName;
  /** Folder of the pinned Go module. */
  module: string;
  programs: readonly ProgramName[];
  /** What is given to `go build`: a package path, or `.` for the module's own main. */
  package: string;
  /** Linker flags beside `-s -w`. */
  ldflags: readonly string[];
  /** Asked of a program that is already there, and what its answer must contain to be the right version. */
  versions: Readonly<Record<string, VersionProbe>>;
  /** Wall-clock minutes of a build from nothing on two cores, for the progress line. */
  coldMinutes: number;
}

export interface VersionProbe {
  args: readonly string[];
  /** The whole version, ending at a word's end. */
  answers: RegExp;
  version: string;
}

export type PartName = 'kube' | 'kwok' | 'temporal' | 'vault' | 'opa';
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
 * Version stamps: kubeadm, kubelet and every client that asks for `/version` depend on them. A fixed date keeps the
 * build cache useful.
 */
function kubernetesStamps(): string[] {
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

function probe(args: string[], before: string, version: string): VersionProbe {
  const exact = `${before}${version}`.replaceAll('.', '\\.');
  return { args, answers: new RegExp(`${exact}(?![\\w.+-])`), version };
}

const ofKubernetes = probe(['--version'], 'Kubernetes ', kubernetes.version);

function moduleOf(name: PartName): string {
  return fileURLToPath(new URL(`../../tools/${name}`, import.meta.url));
}

/** All parts, in the order in which they are built: what takes longest and is needed first comes first. */
export const parts: readonly Part[] = [
  {
    name: 'kube',
    module: moduleOf('kube'),
    programs: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
    package: '.',
    ldflags: kubernetesStamps(),
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
