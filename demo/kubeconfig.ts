import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { Secret } from '../src/platform/secret.ts';

interface Kubeconfig {
  clusters: [{ cluster: { 'certificate-authority': string } }];
  users: [{ user: { token: string } }];
}

/** Reads the CA certificate and the token from a kubeconfig file. The file has one cluster and one user. */
export async function readKubeconfig(file: string): Promise<{ ca: string; token: Secret }> {
  const { clusters, users } = parse(await readFile(file, 'utf8')) as Kubeconfig;
  const ca = await readFile(clusters[0].cluster['certificate-authority'], 'utf8');
  return { ca, token: new Secret(users[0].user.token) };
}
