import { randomBytes } from 'node:crypto';
import type { KeptCheckpoints } from '../../execution/checkpoints/ports.ts';
import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

/** Path of the mount of Vault's KV engine, version 1. `clusters/vault` creates the mount. */
const mount = 'airlock-checkpoints';
/** Size of the checkpoint, 16 digits, and 16 random hex digits. So names sort by size, and no two entries collide. */
const nameForm = /^([0-9]{16})-[0-9a-f]{16}$/;

/** Between its list and its reads, another gateway may replace the entries. This happens at most once for each write. */
const maxReads = 10;

/**
 * Creates the copies of the last checkpoint in Vault's KV engine. All gateways share them, and Vault's policies give
 * nobody else access. An entry is never changed: a gateway adds an entry for a larger checkpoint, then deletes the
 * entries of smaller ones. So two gateways that write at the same time cannot lose the largest checkpoint.
 */
export function createKeptCheckpoints(vault: VaultRequester): KeptCheckpoints {
  const list = async (): Promise<Entry[]> => {
    const answer = await vault.request('LIST', mount).catch(undefinedIfMissing);
    const names: unknown[] = answer?.data?.keys ?? [];
    return names.map(entryOf);
  };
  /** Returns undefined if the entry was deleted. */
  const readNote = async ({ name }: Entry): Promise<string | undefined> => {
    const answer = await vault.request('GET', `${mount}/${name}`).catch(undefinedIfMissing);
    if (!answer) return undefined;
    const note: unknown = answer.data?.note;
    if (typeof note !== 'string') throw unusable(`its entry ${name} has no note`);
    return note;
  };
  return {
    async read() {
      for (let attempt = 1; attempt <= maxReads; attempt += 1) {
        const entries = await list();
        const largest = Math.max(...entries.map(({ size }) => size));
        const notes = await Promise.all(entries.filter(({ size }) => size === largest).map(readNote));
        const found = notes.filter((note) => note !== undefined);
        if (found.length === notes.length) return found;
      }
      throw changing();
    },
    async write(size, note) {
      const name = `${String(size).padStart(16, '0')}-${randomBytes(8).toString('hex')}`;
      await vault.request('POST', `${mount}/${name}`, { note });
      const smaller = (await list()).filter((entry) => entry.size < size);
      for (const entry of smaller) await vault.request('DELETE', `${mount}/${entry.name}`);
    },
  };
}

interface Entry {
  name: string;
  /** Number of records that the checkpoint covers. */
  size: number;
}

function entryOf(name: unknown): Entry {
  const [, size] = nameForm.exec(String(name)) ?? [];
  if (size === undefined) throw unusable('it contains an entry that no gateway wrote');
  return { name: String(name), size: Number(size) };
}

/** Vault answers 404 without a reason for an entry that does not exist, and with a reason for a missing mount. */
function undefinedIfMissing(error: unknown): undefined {
  const { status, errors } = error instanceof AirlockError ? error.details : {};
  if (status === 404 && Array.isArray(errors) && errors.length === 0) return undefined;
  throw error;
}

function changing(): AirlockError {
  const message = `other gateways replaced the last checkpoint at ${mount} in Vault during each of ${maxReads} reads: Airlock tries again later`;
  return new AirlockError({ code: 'vault-unavailable', message });
}

function unusable(why: string): AirlockError {
  const message = `the copies of the last checkpoint at ${mount} in Vault cannot be read: ${why}. Find out who changed them`;
  return new AirlockError({ code: 'vault-response-invalid', message });
}
