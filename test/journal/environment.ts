import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpVault } from '../../clusters/vault/set-up.ts';
import { createCheckpoints } from '../../src/adapters/postgres/journal/checkpoints.ts';
import { createJournalEntries } from '../../src/adapters/postgres/journal/journal-entries.ts';
import { createCheckpointSigner } from '../../src/adapters/vault/checkpoint-keys.ts';
import { createVaultSession, type VaultSession } from '../../src/adapters/vault/session.ts';
import { journalOrigin } from '../../src/tlog/checkpoint.ts';
import { processNames, type ProcessName } from '../../src/domain/names.ts';
import type { NoteKey } from '../../src/tlog/note.ts';
import { createCheckpointer, type CheckpointDeps } from '../../src/execution/checkpoints/checkpoint.ts';
import { createKeptCheckpoint } from '../../src/execution/checkpoints/kept-checkpoint.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { startDatabase, type Database } from '../execution/database.ts';

/** A real PostgreSQL and a real Vault, set up as in production, without a target cluster. */
export interface JournalEnvironment extends AsyncDisposable {
  path: string;
  database: Database;
  vault: Record<ProcessName, VaultSession>;
  /** The checkpoint key, from Vault's set-up. */
  key: NoteKey;
  /** Dependencies of a gateway that keeps its last checkpoint in this file. */
  depsOf(keptFile: string, on?: Database): CheckpointDeps;
  /** A gateway that has just started, on the environment's database or on another one. */
  gateway(keptFile: string, on?: Database): ReturnType<typeof createCheckpointer>;
}

/** Starts both servers in a temporary folder. */
export async function startJournalEnvironment(): Promise<JournalEnvironment> {
  const stack = new AsyncDisposableStack();
  try {
    const path = await mkdtemp(join(tmpdir(), 'airlock-journal-'));
    stack.defer(() => rm(path, { recursive: true }));
    const state = await openState(join(path, 'state'));
    stack.defer(async () => {
      await stopAll(state);
    });
    const toolchain = await ensureToolchain(createProgress());
    const database = stack.use(await startDatabase());
    const { address, rootToken, auditFile, recordSetUp } = await startVault(state, toolchain.program('vault'));
    if (!rootToken) throw new Error('a new Vault has a root token');
    const { logins, checkpointPublicKey: checkpointKey } = await setUpVault({
      address,
      rootToken,
      auditFile,
      targets: [],
    });
    await recordSetUp();
    const sessions = Object.values(processNames).map(async (name): Promise<[ProcessName, VaultSession]> => {
      const identityFile = join(path, `${name}.json`);
      await writeFile(identityFile, JSON.stringify(logins[name]), { mode: 0o600 });
      return [name, stack.use(createVaultSession({ address, identityFile }))];
    });
    const vault = Object.fromEntries(await Promise.all(sessions)) as JournalEnvironment['vault'];
    const depsOf = (keptFile: string, { pools } = database): CheckpointDeps => ({
      entries: createJournalEntries(pools.gateway),
      checkpoints: createCheckpoints(pools.gateway),
      signer: createCheckpointSigner(vault.gateway),
      kept: createKeptCheckpoint(join(path, keptFile)),
    });
    const moved = stack.move();
    return {
      path,
      database,
      vault,
      depsOf,
      key: { name: journalOrigin, publicKey: checkpointKey },
      gateway: (keptFile, on) => createCheckpointer(depsOf(keptFile, on)),
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  } finally {
    await stack.disposeAsync();
  }
}

/** Asks Vault to sign a checkpoint with the identity of a process. */
export function signAs(session: VaultSession): Promise<unknown> {
  const input = Buffer.from('anything').toString('base64');
  return session.request('POST', 'transit/sign/checkpoint', { input });
}
