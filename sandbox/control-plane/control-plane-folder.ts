import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url } from '../../src/lib/base64.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { auditPolicy } from './audit-policy.ts';
import { files, type ControlPlaneSettings } from './control-plane-flags.ts';

/**
 * The users that have a token in the folder of a control plane. `admin` is the administrator; the others are programs
 * of the control plane.
 */
const identities = ['admin', 'system:kube-controller-manager', 'system:kube-scheduler', 'kwok'] as const;
/** One of these users. */
export type ControlPlaneIdentity = (typeof identities)[number];

/** The longest path of a unix socket on Linux in bytes, without the terminating null byte (unix(7)). */
const longestSocketPath = 107;

/**
 * Creates the files that the programs of a control plane read: the key that signs ServiceAccount tokens, the audit
 * policy, and a random token and a kubeconfig for each user. Other users of the machine cannot read the files (0600 in
 * a 0700 folder). An existing key and existing tokens are kept. So a stopped cluster starts again as the same cluster.
 * @returns the token of each user.
 */
export async function prepareFolder(settings: ControlPlaneSettings): Promise<Record<ControlPlaneIdentity, string>> {
  const { folder } = settings;
  requireShortSocketPath(settings);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [, csv] = await Promise.all([
    readOrCreate(join(folder, files.serviceAccountKey), newSigningKey),
    readOrCreate(join(folder, files.tokens), newTokens),
    replace(join(folder, files.auditPolicy), JSON.stringify(auditPolicy)),
  ]);
  const tokens = parseTokens(csv, join(folder, files.tokens));
  const write = (identity: ControlPlaneIdentity): Promise<void> =>
    replace(kubeconfigFile(folder, identity), kubeconfig(settings, identity, tokens[identity]));
  await Promise.all(identities.map(write));
  return tokens;
}

/** Path of an identity's kubeconfig. */
export function kubeconfigFile(folder: string, identity: ControlPlaneIdentity): string {
  return join(folder, `${identity.replace('system:', '')}.kubeconfig`);
}

/**
 * Creates the key that signs ServiceAccount tokens. It is an elliptic-curve key, because an RSA key takes hundreds of
 * times longer to create. kube-apiserver reads the private and the public key from one PEM file (SEC 1).
 */
function newSigningKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();
}

function newTokens(): string {
  const line = (name: string): string => `${toBase64url(randomBytes(24))},${name},${name},"system:masters"\n`;
  return identities.map(line).join('');
}

function parseTokens(csv: string, file: string): Record<ControlPlaneIdentity, string> {
  const token = (identity: ControlPlaneIdentity): string => {
    const found = csv
      .split('\n')
      .map((line) => line.split(','))
      .find((fields) => fields[1] === identity);
    if (found?.[0]) return found[0];
    const message = `${file} has no token for ${identity}: stop the cluster and remove its folder to create it again`;
    throw new AirlockError({ code: 'control-plane-corrupt', message, details: { file } });
  };
  return {
    admin: token('admin'),
    'system:kube-controller-manager': token('system:kube-controller-manager'),
    'system:kube-scheduler': token('system:kube-scheduler'),
    kwok: token('kwok'),
  };
}

/**
 * The kubeconfig of one user. The API server writes `files.ca`: its certificate and the CA certificate that signed it.
 * So clients can use this file as `certificate-authority`.
 */
function kubeconfig(settings: ControlPlaneSettings, user: string, token: string): string {
  const server = `https://127.0.0.1:${String(settings.apiPort)}`;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'it', cluster: { server, 'certificate-authority': join(settings.folder, files.ca) } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user } }],
    'current-context': 'it',
  });
}

/** Returns the content of the file. Creates the file if it does not exist. */
async function readOrCreate(file: string, make: () => string): Promise<string> {
  const missing = await access(file).then(
    () => false,
    () => true,
  );
  if (missing) await replace(file, make());
  return readFile(file, 'utf8');
}

async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

function requireShortSocketPath(settings: ControlPlaneSettings): void {
  const socket = join(settings.folder, files.etcdSocket);
  if (settings.etcd !== 'sockets' || Buffer.byteLength(socket) <= longestSocketPath) return;
  const message = `a socket's path may have at most ${String(longestSocketPath)} bytes, and ${socket} is longer: choose a shorter state folder`;
  throw new AirlockError({ code: 'socket-path-too-long', message, details: { socket } });
}
