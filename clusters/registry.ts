import { readFile } from 'node:fs/promises';
import { clusterUnknown } from '../src/domain/cluster-unknown.ts';
import { badInput } from '../src/lib/error.ts';

/** How to reach the API server of a target, without credentials. */
interface ClusterConnection {
  name: string;
  /** `https://` address of the API server. */
  url: string;
  /** The certificate of the CA, in PEM. This CA must have issued the certificate of the API server. */
  ca: string;
}

/** The configured target clusters, by name. */
export interface ClusterRegistry {
  names(): string[];
  /** @throws AirlockError `cluster-unknown` if the name is not configured. */
  connection(name: string): ClusterConnection;
}

/**
 * A target cluster in the configuration of a process. A process that calls no cluster needs neither `url` nor `caFile`.
 */
export interface ConfiguredCluster {
  name: string;
  url?: string | undefined;
  caFile?: string | undefined;
}

/**
 * Creates the registry and reads the CA files once. Only a process that calls clusters creates a registry, so `url` and
 * `caFile` are required here.
 * @throws AirlockError `bad-input` that names the missing or wrong field.
 */
export async function createClusterRegistry(clusters: readonly ConfiguredCluster[]): Promise<ClusterRegistry> {
  const connections = new Map<string, ClusterConnection>();
  for (const cluster of clusters) connections.set(cluster.name, await connectionOf(cluster));
  return {
    names: () => [...connections.keys()],
    connection(name) {
      const found = connections.get(name);
      if (found) return found;
      throw clusterUnknown(name, 'this process');
    },
  };
}

async function connectionOf({ name, url, caFile }: ConfiguredCluster): Promise<ClusterConnection> {
  if (url === undefined)
    throw badInput(`clusters.${name}.url`, 'is missing: give the https:// address of the API server');
  if (!url.startsWith('https://')) throw badInput(`clusters.${name}.url`, 'expected an https:// address');
  if (caFile === undefined)
    throw badInput(`clusters.${name}.caFile`, 'is missing: give the path of a PEM file with the CA of the API server');
  const ca = await readFile(caFile, 'utf8').catch((error: Error) => {
    throw badInput(`clusters.${name}.caFile`, `cannot be read: ${error.message}`);
  });
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw badInput(`clusters.${name}.caFile`, 'is not a PEM certificate');
  return { name, url, ca };
}
