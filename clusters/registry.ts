import { readFile } from 'node:fs/promises';
import { badInput, refused } from '../src/lib/error.ts';

/** What is needed to talk to a target's API server, but for an identity. */
export interface ClusterConnection {
  name: string;
  /** `https://` address of the API server. */
  url: string;
  /** PEM of the authority that its certificate must come from. */
  ca: string;
}

/** The configured target clusters, by name. */
export interface ClusterRegistry {
  names(): string[];
  /** @throws AirlockError `cluster-unknown` for a name that is not configured. */
  connection(name: string): ClusterConnection;
}

/** A cluster as a process's configuration has it. */
export interface ConfiguredCluster {
  name: string;
  url?: string | undefined;
  caFile?: string | undefined;
}

/**
 * Reads the CA files once, at the start of a process that may talk to clusters.
 * @throws AirlockError `bad-input` naming the cluster's field that is missing or wrong.
 */
export async function createClusterRegistry(clusters: readonly ConfiguredCluster[]): Promise<ClusterRegistry> {
  const connections = new Map<string, ClusterConnection>();
  for (const cluster of clusters) connections.set(cluster.name, await connectionOf(cluster));
  return {
    names: () => [...connections.keys()],
    connection(name) {
      const found = connections.get(name);
      if (found) return found;
      throw refused(
        'cluster-unknown',
        'no cluster of that name is configured: add it to the configuration and restart',
      );
    },
  };
}

async function connectionOf({ name, url, caFile }: ConfiguredCluster): Promise<ClusterConnection> {
  if (url === undefined) throw badInput(`clusters.${name}.url`, 'is needed by this process');
  if (!url.startsWith('https://')) throw badInput(`clusters.${name}.url`, 'expected an https:// address');
  if (caFile === undefined) throw badInput(`clusters.${name}.caFile`, 'is needed by this process');
  const ca = await readFile(caFile, 'utf8').catch((error: Error) => {
    throw badInput(`clusters.${name}.caFile`, `cannot be read: ${error.message}`);
  });
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw badInput(`clusters.${name}.caFile`, 'is not a PEM certificate');
  return { name, url, ca };
}
