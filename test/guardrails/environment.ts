import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installGuardrails } from '../../clusters/guardrails/install/install.ts';
import { createKubeClient, type KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { requestMinterTokens, type MinterTokens } from '../../clusters/guardrails/install/minter-token.ts';
import { chartValuesFile } from '../../clusters/guardrails/render-chart.ts';
import { readGuardrailValues, type GuardrailValues } from '../../clusters/guardrails/values.ts';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { startControlPlane } from '../../sandbox/control-plane/control-plane.ts';
import { processNames, type ProcessName } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { freePorts } from '../../stack/process/free-port.ts';
import { ensureToolchain, type Toolchain } from '../../stack/toolchain/toolchain.ts';
import { startServer, stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { setUpTestVault } from '../set-up-vault.ts';
import { shop } from './shop.ts';

/** One real target and one real Vault, set up as in production, for all attempts. */
export interface Environment extends AsyncDisposable {
  state: StateFolder;
  values: GuardrailValues;
  /** The target as its administrator, and under any bearer token. */
  admin: KubeRequester;
  as(token: Secret): KubeRequester;
  /** Vault under the identity of each process, and under any token. */
  vault: Record<ProcessName, VaultClient>;
  vaultWith(token: Secret): VaultClient;
  vaultAddress: string;
  rootToken: Secret;
  /** The minters' tokens, as a thief of Vault's storage would have them. */
  minters: Required<MinterTokens>;
}

/** Starts the environment. The caller disposes it, also when a test fails. */
export async function startEnvironment(): Promise<Environment> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-guardrails-'));
  const state = await openState(join(path, 'state'));
  const dispose = async (): Promise<void> => {
    await stopAll(state);
    await rm(path, { recursive: true });
  };
  try {
    return { ...(await boot(state)), state, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function boot(state: StateFolder): Promise<Omit<Environment, 'state' | typeof Symbol.asyncDispose>> {
  const values = await readGuardrailValues(chartValuesFile);
  const toolchain = await ensureToolchain(createProgress());
  const [target, server] = await Promise.all([
    bootTarget(state, toolchain),
    startVault(state, toolchain.program('vault')),
  ]);
  const admin = target.as(target.adminToken);
  for (const body of shop) await accepted(admin, body.path, body.manifest);
  await installGuardrails(admin, values);
  const minters = await requestMinterTokens(admin, values, 86_400);
  const { node } = minters;
  if (!node) throw new Error('the chart allows no nodes');
  const { url, ca } = target;
  const allowedNamespaces = values.allowedNamespaces;
  const { rootToken } = server;
  const { logins } = await setUpTestVault({
    address: server.address,
    auditFile: server.auditFile,
    rootToken,
    targets: [{ name: 'east', url, ca, allowedNamespaces, minterTokens: minters }],
  });
  await server.recordSetUp();
  const anonymous = createVaultClient({ address: server.address });
  const logIn = async (process: ProcessName): Promise<[ProcessName, VaultClient]> => {
    const { roleId, secretId } = logins[process];
    const { auth } = await anonymous.write('auth/approle/login', { role_id: roleId, secret_id: secretId });
    return [process, anonymous.withToken(new Secret<string>(auth.client_token))];
  };
  const vault = Object.fromEntries(await Promise.all(Object.values(processNames).map(logIn))) as Environment['vault'];
  return {
    values,
    admin,
    as: target.as,
    vault,
    vaultWith: (token) => anonymous.withToken(token),
    vaultAddress: server.address,
    rootToken,
    minters: { ...minters, node },
  };
}

async function bootTarget(state: StateFolder, { program }: Toolchain) {
  const [apiPort = 0, clientPort = 0, peerPort = 0] = await freePorts(3);
  const plane = await startControlPlane({
    folder: await state.folder('east'),
    apiPort,
    etcd: { clientPort, peerPort },
    throwaway: false,
    audit: false,
    program,
    start: (spec) => startServer(state, spec),
  });
  const ca = await readFile(plane.caFile, 'utf8');
  const as = (token: Secret): KubeRequester => createKubeClient({ url: plane.url, ca, token }).request;
  return { url: plane.url, ca, as, adminToken: plane.adminToken };
}

/** A new API server creates its namespaces shortly after it is ready, so this tries again for a while. */
async function accepted(admin: KubeRequester, path: string, body: object): Promise<void> {
  await waitFor({ what: `${path} to accept an object`, every: 50, within: 5_000 }, async () => {
    return (await admin({ method: 'POST', path, body })).status === 201;
  });
}
