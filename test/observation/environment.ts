import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { installGuardrails } from '../../clusters/guardrails/install/install.ts';
import { requestMinterTokens } from '../../clusters/guardrails/install/minter-token.ts';
import { chartValuesFile } from '../../clusters/guardrails/render-chart.ts';
import { readGuardrailValues } from '../../clusters/guardrails/values.ts';
import {
  createReadLeases,
  type ReadLeasesDeps,
  type RecoverableReadLeases,
} from '../../clusters/credentials/read-leases.ts';
import { createClusterRegistry, type ClusterRegistry } from '../../clusters/registry.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { createKubernetesApi, type KubernetesClient } from '../../src/adapters/kubernetes/api.ts';
import { createBlobs, type BlobsWithBytes } from '../../src/adapters/postgres/blobs.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { createPool, type Pool } from '../../src/adapters/postgres/pool.ts';
import { createReadLeaseRecords } from '../../src/adapters/postgres/read-leases.ts';
import { createVaultSession, type VaultSession } from '../../src/adapters/vault/session.ts';
import type { Journal, JournalReader } from '../../src/domain/journal/ports.ts';
import type { Sandbox } from '../../src/observation/ports.ts';
import { Secret } from '../../src/platform/secret.ts';
import { ensureToolchain, type Toolchain } from '../../stack/toolchain/toolchain.ts';
import { startPostgres } from '../../stack/servers/postgres.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { settleAll } from '../../stack/process/settle-all.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';
import { startTarget } from '../../stack/servers/target.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { journalOf } from '../journal/journal-of.ts';
import { setUpTestVault } from '../set-up-vault.ts';

/** A real target with its shop and guardrails, a real Vault and a real PostgreSQL, all with the observer's identities. */
export interface Environment extends AsyncDisposable {
  /** The target as its administrator, for changes by other people. */
  admin: KubeRequester;
  adminApi: KubernetesClient;
  vault: VaultSession;
  /** The observer's connection, and the schema owner's, for checks that bypass the observer. */
  pool: Pool;
  owner: Pool;
  registry: ClusterRegistry;
  /** The sandbox that the observer uses. */
  sandbox: Sandbox;
  blobs: BlobsWithBytes;
  journal: Journal;
  /** The connection of `airlock serve`, the only process that may read the journal. */
  journalReader: JournalReader;
  /** The read leases of a process that has just started; a test can replace dependencies. */
  leases(change?: Partial<ReadLeasesDeps>): RecoverableReadLeases;
}

/** Starts the environment. The caller disposes of it, also when a test fails. */
export async function startEnvironment(): Promise<Environment> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-observation-'));
  await chmod(path, 0o711); // PostgreSQL runs as another user
  const state = await openState(join(path, 'state'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(path, { recursive: true }));
  stack.defer(async () => void (await stopAll(state)));
  try {
    const parts = await boot(state, stack);
    return { ...parts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function boot(
  state: StateFolder,
  stack: AsyncDisposableStack,
): Promise<Omit<Environment, typeof Symbol.asyncDispose>> {
  const programs = await ensureToolchain(createProgress());
  const [target, server, logins] = await settleAll([
    startTarget(state, programs, 'east'),
    startVault(state, programs.program('vault')),
    startPostgres(state),
  ]);
  const { controlPlane, request: admin } = target;
  const values = await readGuardrailValues(chartValuesFile);
  await installGuardrails(admin, values);
  const { url, caFile } = controlPlane;
  const ca = await readFile(caFile, 'utf8');
  const { address, rootToken, auditFile } = server;
  const minterTokens = await requestMinterTokens(admin, values, 3600);
  const known = { name: 'east', url, ca, allowedNamespaces: values.allowedNamespaces, minterTokens };
  const {
    logins: { observe },
  } = await setUpTestVault({ address, rootToken, auditFile, targets: [known] });
  const secrets = await state.folder('config', 0o700);
  const identityFile = join(secrets, 'observe.identity.json');
  await writeFile(identityFile, JSON.stringify(observe), { mode: 0o600 });

  const vault = stack.use(createVaultSession({ address, identityFile }));
  const [owner, pool, serve] = [logins.owner, logins.processes.observe, logins.processes.serve].map((login) => {
    const made = createPool(new Secret(login));
    stack.defer(() => made.end());
    return made;
  }) as [Pool, Pool, Pool];
  await migrate(owner);
  const registry = await createClusterRegistry([{ name: 'east', url, caFile }]);
  const journal = journalOf(pool);
  const adminApi = stack.use(createKubernetesApi({ url, ca, token: controlPlane.adminToken }));
  return {
    admin,
    adminApi,
    vault,
    pool,
    owner,
    registry,
    journal,
    blobs: createBlobs(pool),
    sandbox: createProcessSandbox({
      programs: sandboxPrograms(programs),
      node: process.execPath,
      deadlineSeconds: 120,
      hide: [secrets],
    }),
    journalReader: createJournalReader(serve),
    leases: (change) =>
      createReadLeases({
        vault,
        journal,
        registry,
        records: createReadLeaseRecords(pool),
        connect: createKubernetesApi,
        now: Date.now,
        ...change,
      }),
  };
}

function sandboxPrograms({ program }: Toolchain): Record<string, string> {
  const names = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;
  return Object.fromEntries(names.map((name) => [name, program(name)]));
}
