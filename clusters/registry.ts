import { readFile } from 'node:fs/promises';
import { clusterUnknown } from '../src/domain/cluster-unknown.ts';
import { badInput } from '../src/lib/error.ts';

/** What a client must know about the API server of a target, besides credentials. */
interface ClusterConnection {
  name: string;
  /** `https://` address of the API server. */
  url: string;
  /** PEM certificate of the CA that issued the API server's certificate. */
  ca: string;
}

/** The configured target clusters, by name. */
export interface ClusterRegistry {
  /** @throws AirlockError `cluster-unknown` if no configured cluster has this name. */
  connection(name: string): ClusterConnection;
}

/** A target cluster in the configuration of `observe` or `gateway`. */
interface ConfiguredCluster {
  name: string;
  /** `https://` address of the API server. */
  url: string;
  /** Path of a PEM file: the certificate of the CA that issued the API server's certificate. */
  caFile: string;
}

/**
 * Reads the CA files and creates the registry. Later changes of the files have no effect.
 * @throws AirlockError `bad-input` that names the wrong field.
 */
export async function createClusterRegistry(clusters: readonly ConfiguredCluster[]): Promise<ClusterRegistry> {
  const connections = new Map<string, ClusterConnection>();
  for (const cluster of clusters) connections.set(cluster.name, await connectionOf(cluster));
  return {
    connection(name) {
      const found = connections.get(name);
      if (found) return found;
      throw clusterUnknown(name, 'this process');
    },
  };
}

async function connectionOf({ name, url, caFile }: ConfiguredCluster): Promise<ClusterConnection> {
  if (!url.startsWith('https://')) throw badInput(`clusters.${name}.url`, 'expected an https:// address');
  const ca = await readFile(caFile, 'utf8').catch((error: Error) => {
    throw badInput(`clusters.${name}.caFile`, `cannot be read: ${error.message}`);
  });
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw badInput(`clusters.${name}.caFile`, 'expected a file with a PEM certificate');
  return { name, url, ca };
}
