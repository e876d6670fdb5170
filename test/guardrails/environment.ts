import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeRequest } from '../../clusters/guardrails/install/https-request.ts';
import { installOwner } from '../../clusters/guardrails/install/install.ts';
import type { KubeRequest } from '../../clusters/guardrails/install/kube-request.ts';
import { minterTokens, type MinterTokens } from '../../clusters/guardrails/install/minter-token.ts';
import { chartValues } from '../../clusters/guardrails/render-chart.ts';
import { readOwnerValues, type OwnerValues } from '../../clusters/guardrails/values.ts';
import { createVaultClient, type VaultClient } from '../../clusters/vault/client.ts';
import { setUpVault } from '../../clusters/vault/set-up.ts';
import { startControlPlane } from '../../sandbox/control-plane/control-plane.ts';
import { processOf, type ProcessName } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { freePorts } from '../../stack/process/free-port.ts';
import { ensureParts, type Parts } from '../../stack/toolchain/toolchain.ts';
import { startServer, stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { shop } from './shop.ts';

/** One real target and one real Vault, set up as production's are, for all attempts. */
export interface Bed extends AsyncDisposable {
  state: StateFolder;
  values: OwnerValues;
  /** The target under the cluster's administrator, and under any bearer token. */
  admin: KubeRequest;
  as(token: Secret): KubeRequest;
  /** Vault under each process's own identity, and under any token. */
  vault: Record<ProcessName, VaultClient>;
  vaultWith(token: Secret): VaultClient;
  vaultAddress: string;
  rootToken: Secret;
  /** Tokens of the minters, as a thief of Vault's storage would have them. */
  minters: Required<MinterTokens>;
}

/** Boots the bed; the caller disposes of it, also where a test fails. */
export async function bootBed(): Promise<Bed> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-locks-'));
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

async function boot(state: StateFolder): Promise<Omit<Bed, 'state' | typeof Symbol.asyncDispose>> {
  const values = await readOwnerValues(chartValues);
  const parts = await ensureParts(createProgress());
  const [target, server] = await Promise.all([bootTarget(state, parts), startVault(state, parts.program('vault'))]);
  const admin = target.as(target.adminToken);
  for (const body of shop) await accepted(admin, body.path, body.manifest);
  await installOwner(admin, values);
  const minters = await minterTokens(admin, values, 86_400);
  const { node } = minters;
  if (!node) throw new Error('the chart wants node actions');
  const { url, ca } = target;
  const allowedNamespaces = values.allowedNamespaces;
  const rootToken = server.rootToken;
  if (!rootToken) throw new Error('a new Vault has a root token');
  const { logins } = await setUpVault({
    ...{ address: server.address, auditFile: server.auditFile, rootToken },
    targets: [{ name: 'east', url, ca, allowedNamespaces, minters }],
  });
  await server.finished();
  const vaultWith = (token: Secret): VaultClient => createVaultClient({ address: server.address, token });
  const logIn = async (process: ProcessName): Promise<[ProcessName, VaultClient]> => {
    const { roleId, secretId } = logins[process];
    const login = { role_id: roleId, secret_id: secretId };
    return [
      process,
      vaultWith(
        new Secret<string>(
          (await createVaultClient({ address: server.address }).write('auth/approle/login', login)).auth.client_token,
        ),
      ),
    ];
  };
  const vault = Object.fromEntries(await Promise.all(Object.values(processOf).map(logIn))) as Bed['vault'];
  return {
    values,
    admin,
    as: target.as,
    vault,
    vaultWith,
    vaultAddress: server.address,
    rootToken,
    minters: { ...minters, node },
  };
}

async function bootTarget(state: StateFolder, { program }: Parts) {
  const [apiPort = 0, clientPort = 0, peerPort = 0] = await freePorts(3);
  const plane = await startControlPlane({
    ...{ folder: await state.folder('east'), apiPort, etcd: { clientPort, peerPort }, throwaway: false, audit: false },
    program,
    start: (spec) => startServer(state, spec),
  });
  const ca = await readFile(plane.caFile, 'utf8');
  const as = (token: Secret): KubeRequest => createKubeRequest({ url: plane.url, ca, token });
  return { url: plane.url, ca, as, adminToken: plane.adminToken };
}

/** The namespaces of a new API server come a moment after it is ready, so this asks for a while. */
async function accepted(admin: KubeRequest, path: string, body: object): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await admin({ method: 'POST', path, body });
    if (answer.status === 201) return;
    if (attempt === 40) throw new Error(`${path}: ${String(answer.status)} ${String(answer.body.message)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
