import { randomBytes } from 'node:crypto';
import { createCheckpoints } from '../../src/adapters/postgres/journal/checkpoints.ts';
import { createStoredRecords } from '../../src/adapters/postgres/journal/stored-records.ts';
import { createCheckpointSigner } from '../../src/adapters/vault/checkpoint-keys.ts';
import { createKeptCheckpoints } from '../../src/adapters/vault/kept-checkpoints.ts';
import type { VaultSession } from '../../src/adapters/vault/session.ts';
import { journalOrigin } from '../../src/tlog/checkpoint.ts';
import type { NoteKey } from '../../src/tlog/note.ts';
import {
  createSignedJournal,
  type SignedJournal,
  type SignedJournalDeps,
} from '../../src/execution/checkpoints/signed-journal.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { freshDatabase } from '../execution/fresh-database.ts';
import { startTestVault, type TestVault } from '../execution/vault.ts';

/** A real PostgreSQL and a real Vault, set up as in production, without a target cluster. */
export interface JournalEnvironment extends AsyncDisposable {
  database: Database;
  vault: TestVault;
  /** The checkpoint key, from Vault's set-up. */
  key: NoteKey;
  /** Dependencies of a gateway on the environment's database, or on another one that has kept checkpoints of its own. */
  depsOf(on?: Database & { keptAt: string }): SignedJournalDeps;
  /** The journal as a gateway sees it that has just started. */
  gateway(on?: Database & { keptAt: string }): SignedJournal;
  /** One more database on the same server, and a mount of the KV engine for its kept checkpoints. */
  anotherDatabase(): Promise<Database & { keptAt: string }>;
}

/** Starts both servers. */
export async function startJournalEnvironment(): Promise<JournalEnvironment> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await startDatabase());
  const vault = stack.use(await startTestVault());
  const depsOf: JournalEnvironment['depsOf'] = (on) => {
    const pool = (on ?? database).pools.gateway;
    return {
      records: createStoredRecords(pool),
      checkpoints: createCheckpoints(pool),
      signer: createCheckpointSigner(vault.sessions.gateway),
      kept: createKeptCheckpoints(on ? keptAt(vault, on.keptAt) : vault.sessions.gateway),
    };
  };
  const moved = stack.move();
  return {
    database,
    vault,
    depsOf,
    key: { name: journalOrigin, publicKey: vault.checkpointPublicKey },
    gateway: (on) => createSignedJournal(depsOf(on)),
    async anotherDatabase() {
      const another = await freshDatabase(database);
      const mount = `checkpoints-${randomBytes(4).toString('hex')}`;
      await vault.administrator.write(`sys/mounts/${mount}`, { type: 'kv', options: { version: '1' } });
      return { ...another, keptAt: mount };
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** Vault with the mount of the kept checkpoints at another path. Only the administrator may use this path. */
function keptAt({ administrator }: TestVault, mount: string): VaultRequester {
  const request: VaultRequester['request'] = (method, path, body) =>
    administrator.request(method, path.replace('airlock-checkpoints', mount), body);
  return { request };
}

/** Asks Vault to sign a checkpoint with the identity of a process. */
export function signAs(session: VaultSession): Promise<unknown> {
  const input = Buffer.from('anything').toString('base64');
  return session.request('POST', 'transit/sign/checkpoint', { input });
}
