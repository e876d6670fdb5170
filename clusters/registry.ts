import { readFile } from 'node:fs/promises';
import { badInput, refused } from '../src/lib/error.ts';

/** How to reach a target's API server; an identity is separate. */
interface ClusterConnection {
  name: string;
  /** `https://` address of the API server. */
  url: string;
  /** PEM of the certificate authority that must have issued its certificate. */
  ca: string;
}

/** The configured target clusters, by name. */
export interface ClusterRegistry {
  names(): string[];
  /** @throws AirlockError `cluster-unknown` if the name is not configured. */
  connection(name: string): ClusterConnection;
}

/** A cluster in the configuration of a process. */
export interface ConfiguredCluster {
  name: string;
  url?: string | undefined;
  caFile?: string | undefined;
}

/**
 * Reads the CA files once, at the start of a process that may call clusters.
 * @throws AirlockError `bad-input` that names the cluster's missing or wrong field.
 */
export async function createClusterRegistry(clusters: readonly ConfiguredCluster[]): Promise<ClusterRegistry> {
  const connections = new Map<string, ClusterConnection>();
  for (const cluster of clusters) connections.set(cluster.name, await connectionOf(cluster));
  return {
    names: () => [...connections.keys()],
    connection(name) {
      const found = connections.get(name);
      if (found) return found;
      throw refused('cluster-unknown', `cluster ${name} is not configured: add it to the configuration and restart`);
    },
  };
}

async function connectionOf({ name, url, caFile }: ConfiguredCluster): Promise<ClusterConnection> {
  if (url === undefined) throw badInput(`clusters.${name}.url`, 'this process needs it');
  if (!url.startsWith('https://')) throw badInput(`clusters.${name}.url`, 'expected an https:// address');
  if (caFile === undefined) throw badInput(`clusters.${name}.caFile`, 'this process needs it');
  const ca = await readFile(caFile, 'utf8').catch((error: Error) => {
    throw badInput(`clusters.${name}.caFile`, `cannot be read: ${error.message}`);
  });
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw badInput(`clusters.${name}.caFile`, 'is not a PEM certificate');
  return { name, url, ca };
}
