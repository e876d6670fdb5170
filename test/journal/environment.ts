import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpVault } from '../../clusters/vault/set-up.ts';
import { createCheckpoints } from '../../src/adapters/postgres/journal/checkpoints.ts';
import { createJournalEntries } from '../../src/adapters/postgres/journal/journal-entries.ts';
import { createCheckpointSigner } from '../../src/adapters/vault/checkpoint-keys.ts';
import { createVaultSession, type VaultSession } from '../../src/adapters/vault/session.ts';
import { journalOrigin } from '../../src/tlog/checkpoint.ts';
import { processOf, type ProcessName } from '../../src/domain/names.ts';
import type { NoteKey } from '../../src/tlog/note.ts';
import { createCheckpointer, type CheckpointDeps } from '../../src/execution/checkpoints/checkpoint.ts';
import { createKeptCheckpoint } from '../../src/execution/checkpoints/kept-checkpoint.ts';
import { ensureParts } from '../../stack/toolchain/toolchain.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { startDatabase, type Database } from '../execution/database.ts';

/** A real PostgreSQL and a real Vault, set up as production's are, without a target: nothing is minted here. */
export interface Bed extends AsyncDisposable {
  path: string;
  database: Database;
  vault: Record<ProcessName, VaultSession>;
  /** As Vault's set-up tells it. */
  key: NoteKey;
  /** What a gateway has that remembers its last checkpoint in that file. */
  depsOf(memory: string): CheckpointDeps;
  /** A gateway that has just started. */
  gateway(memory: string): ReturnType<typeof createCheckpointer>;
}

export async function bootBed(): Promise<Bed> {
  const held = new AsyncDisposableStack();
  try {
    const path = await mkdtemp(join(tmpdir(), 'airlock-journal-'));
    held.defer(() => rm(path, { recursive: true }));
    const state = await openState(join(path, 'state'));
    held.defer(async () => void (await stopAll(state)));
    const parts = await ensureParts(createProgress());
    const database = held.use(await startDatabase());
    const { address, rootToken, auditFile, finished } = await startVault(state, parts.program('vault'));
    if (!rootToken) throw new Error('a new Vault has a root token');
    const { logins, checkpointKey } = await setUpVault({ address, rootToken, auditFile, targets: [] });
    await finished();
    const sessions = Object.values(processOf).map(async (name): Promise<[ProcessName, VaultSession]> => {
      const identityFile = join(path, `${name}.json`);
      await writeFile(identityFile, JSON.stringify(logins[name]), { mode: 0o600 });
      return [name, held.use(createVaultSession({ address, identityFile }))];
    });
    const vault = Object.fromEntries(await Promise.all(sessions)) as Bed['vault'];
    const depsOf = (memory: string): CheckpointDeps => ({
      entries: createJournalEntries(database.pools.gateway),
      checkpoints: createCheckpoints(database.pools.gateway),
      signer: createCheckpointSigner(vault.gateway),
      kept: createKeptCheckpoint(join(path, memory)),
    });
    const moved = held.move();
    return {
      ...{ path, database, vault, depsOf, key: { name: journalOrigin, publicKey: checkpointKey } },
      gateway: (memory) => createCheckpointer(depsOf(memory)),
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  } finally {
    await held.disposeAsync();
  }
}

/** Vault's answer to somebody else's try. */
export function signAs(session: VaultSession): Promise<unknown> {
  const input = Buffer.from('anything').toString('base64');
  return session.request('POST', 'transit/sign/checkpoint', { input });
}
