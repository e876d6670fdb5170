import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVaultSession, type VaultSession } from '../../src/adapters/vault/session.ts';
import { processNames, type ProcessName } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { setUpTestVault } from '../set-up-vault.ts';

/** A real Vault, set up as in production, without a target cluster. */
export interface TestVault extends AsyncDisposable {
  address: string;
  /** Path of the file with the identity of a process. */
  identityFile(name: ProcessName): string;
  /** A session with the identity of each process. */
  sessions: Record<ProcessName, VaultSession>;
  /** Vault as its administrator, who rotates keys. */
  administrator: VaultClient;
  /** The checkpoint key, from the set-up. */
  checkpointPublicKey: Uint8Array;
}

/** Starts Vault in a temporary folder. */
export async function startTestVault(): Promise<TestVault> {
  await using stack = new AsyncDisposableStack();
  const path = await mkdtemp(join(tmpdir(), 'airlock-vault-'));
  stack.defer(() => rm(path, { recursive: true }));
  const state = await openState(join(path, 'state'));
  stack.defer(async () => {
    await stopAll(state);
  });
  const program = (await ensureToolchain(createProgress())).program('vault');
  const { address, rootToken, auditFile } = await startVault(state, program);
  // The set-up revokes its root token, so the administrator gets another one.
  const root = createVaultClient({ address, token: rootToken });
  const { auth } = await root.write('auth/token/create-orphan', { policies: ['root'] });
  const { logins, checkpointPublicKey } = await setUpTestVault({ address, rootToken, auditFile, targets: [] });
  const identityFile = (name: ProcessName): string => join(path, `${name}.json`);
  const sessions = Object.values(processNames).map(async (name): Promise<[ProcessName, VaultSession]> => {
    await writeFile(identityFile(name), JSON.stringify(logins[name]), { mode: 0o600 });
    return [name, stack.use(createVaultSession({ address, identityFile: identityFile(name) }))];
  });
  const named = Object.fromEntries(await Promise.all(sessions)) as TestVault['sessions'];
  const moved = stack.move();
  return {
    address,
    identityFile,
    sessions: named,
    administrator: createVaultClient({ address, token: new Secret<string>(auth.client_token) }),
    checkpointPublicKey,
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** Deletes all kept checkpoints, as an administrator does after the restore of an older backup of the database. */
export async function dropKeptCheckpoints({ administrator }: Pick<TestVault, 'administrator'>): Promise<void> {
  const { data } = await administrator.request('LIST', 'airlock-checkpoints');
  for (const name of data.keys as string[]) await administrator.delete(`airlock-checkpoints/${name}`);
}
