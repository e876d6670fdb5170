import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toBase64url } from '../../src/lib/base64.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { auditPolicy } from './audit-policy.ts';
import { files, type ControlPlaneSettings } from './control-plane-flags.ts';

/** The users in tokens.csv: the administrator (`admin`), and three programs that call the API server. */
const users = ['admin', 'system:kube-controller-manager', 'system:kube-scheduler', 'kwok'] as const;
type ControlPlaneUser = (typeof users)[number];

/** The longest path of a unix socket that Linux accepts, without the null byte at the end (unix(7)). */
const maxSocketPathBytes = 107;

/**
 * Writes the files that a control plane needs before its programs start. These files are the key that signs
 * ServiceAccount tokens, the audit policy, the tokens of the users, and a kubeconfig for each user. Each file has mode
 * 0600. An existing key and existing tokens are kept, so a token from before a restart is still valid.
 * @returns the token of each user.
 * @throws AirlockError `socket-path-too-long`, or `control-plane-corrupt` if tokens.csv lacks a token.
 */
export async function prepareFolder(settings: ControlPlaneSettings): Promise<Record<ControlPlaneUser, string>> {
  const { folder } = settings;
  requireShortSocketPath(settings);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [, csv] = await Promise.all([
    readOrCreate(join(folder, files.serviceAccountKey), newSigningKey),
    readOrCreate(join(folder, files.tokens), newTokens),
    replaceFile(join(folder, files.auditPolicy), JSON.stringify(auditPolicy)),
  ]);
  const tokens = parseTokens(csv, join(folder, files.tokens));
  const writeKubeconfig = (user: ControlPlaneUser): Promise<void> =>
    replaceFile(kubeconfigFile(folder, user), kubeconfigText(settings, user, tokens[user]));
  await Promise.all(users.map(writeKubeconfig));
  return tokens;
}

/** Returns the path of a user's kubeconfig. `folder` is the folder of the control plane. */
export function kubeconfigFile(folder: string, user: ControlPlaneUser): string {
  return join(folder, `${user.replace('system:', '')}.kubeconfig`);
}

/**
 * Returns a new private key in PEM (SEC 1). kube-apiserver derives the public key from the private key. An RSA key
 * would take hundreds of times longer to create than this elliptic-curve key.
 */
function newSigningKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();
}

/** Returns one line for each user: token, user name, uid and groups. This is the format of `--token-auth-file`. */
function newTokens(): string {
  const line = (name: string): string => `${toBase64url(randomBytes(24))},${name},${name},"system:masters"\n`;
  return users.map(line).join('');
}

function parseTokens(csv: string, file: string): Record<ControlPlaneUser, string> {
  const tokenOf = (user: ControlPlaneUser): string => {
    const found = csv
      .split('\n')
      .map((line) => line.split(','))
      .find((fields) => fields[1] === user);
    if (found?.[0]) return found[0];
    const advice = `stop the control plane and remove ${dirname(file)}; the next start creates an empty control plane`;
    const message = `${file} has no token for ${user}: ${advice}`;
    throw new AirlockError({ code: 'control-plane-corrupt', message, details: { file } });
  };
  return {
    admin: tokenOf('admin'),
    'system:kube-controller-manager': tokenOf('system:kube-controller-manager'),
    'system:kube-scheduler': tokenOf('system:kube-scheduler'),
    kwok: tokenOf('kwok'),
  };
}

/**
 * Returns the kubeconfig of one user. At its first start, the API server creates the file `files.ca`. The file contains
 * the API server's certificate, and the CA certificate that signed the API server's certificate.
 */
function kubeconfigText(settings: ControlPlaneSettings, user: string, token: string): string {
  const server = `https://127.0.0.1:${String(settings.apiPort)}`;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'control-plane', cluster: { server, 'certificate-authority': join(settings.folder, files.ca) } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'control-plane', context: { cluster: 'control-plane', user } }],
    'current-context': 'control-plane',
  });
}

/** Returns the content of the file. If the file does not exist, first writes the text that `newText` returns. */
async function readOrCreate(file: string, newText: () => string): Promise<string> {
  const missing = await access(file).then(
    () => false,
    () => true,
  );
  if (missing) await replaceFile(file, newText());
  return readFile(file, 'utf8');
}

/** Writes the text to a new file and renames the new file to `file`. So no reader sees a half-written file. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

function requireShortSocketPath(settings: ControlPlaneSettings): void {
  const socket = join(settings.folder, files.etcdSocket);
  if (settings.etcd !== 'sockets' || Buffer.byteLength(socket) <= maxSocketPathBytes) return;
  const message =
    `the path of the socket ${socket} has more than ${String(maxSocketPathBytes)} bytes: ` +
    'choose a state folder with a shorter path (AIRLOCK_STATE)';
  throw new AirlockError({ code: 'socket-path-too-long', message, details: { socket } });
}
