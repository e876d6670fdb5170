import { jittered } from '../../platform/jittered.ts';
import type { Logger } from '../../platform/logger.ts';
import { pause } from '../../platform/pause.ts';
import { createSecretId, destroySecretId, type SecretId } from '../../platform/vault/app-role.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';
import { readIdentity, writeIdentity, type VaultIdentity } from './identity.ts';

interface RotationOptions {
  /** Sends requests with the identity in `identityFile`. */
  vault: VaultRequester;
  identityFile: string;
  /** Name of the process's AppRole role. */
  role: string;
  log: Logger;
}

/** Longest pause before the file is read again, milliseconds. A new set-up can replace the file at any time. */
const longestPauseMs = 3_600_000;
/** Longest pause after a failed rotation, milliseconds. */
const longestRetryMs = 60_000;

/**
 * Replaces the secret id in the identity file, each time half of its life has passed, until the result is disposed. The
 * order of the steps makes a crash harmless: the new secret id is on the disk before the old one ends in Vault. A new
 * one that was not written, or an old one that was not ended, ends at the end of its own life. Two processes may use one
 * file. A failure is logged, and rotation is tried again until it succeeds.
 */
export function startSecretIdRotation(options: RotationOptions): AsyncDisposable {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) await pause(await step(options), stop.signal, false);
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** Rotates the secret id if it is time. Returns the time until the next step, milliseconds. */
async function step(options: RotationOptions): Promise<number> {
  let retryMs = longestRetryMs;
  try {
    const identity = await readIdentity(options.identityFile);
    const [issued, expires] = [Date.parse(identity.issuedAt), Date.parse(identity.expiresAt)];
    retryMs = Math.min((expires - issued) / 20, longestRetryMs);
    const remaining = (issued + expires) / 2 - Date.now();
    if (remaining > 0) return Math.min(jittered(remaining, 0.05), longestPauseMs);
    await rotate(options, identity);
    return 0;
  } catch (error) {
    const problem = (error as Error).message;
    options.log.warn({ problem }, 'cannot replace the secret id for Vault; the process tries again');
    return jittered(retryMs, 0.2);
  }
}

async function rotate(options: RotationOptions, old: VaultIdentity): Promise<void> {
  const { vault, identityFile, role, log } = options;
  const fresh = await createSecretId(vault, role);
  try {
    await writeIfUnchanged(identityFile, old, fresh);
  } catch (error) {
    await endUnused(options, fresh);
    throw error;
  }
  if (await endUnused(options, fresh)) return;
  log.info({ expiresAt: fresh.expiresAt }, 'replaced the secret id for Vault');
  await destroySecretId(vault, role, old.accessor).catch((error: Error) => {
    log.warn({ problem: error.message, expiresAt: old.expiresAt }, 'cannot end the replaced secret id before its time');
  });
}

/** Writes nothing if a set-up, or another process with the same file, has replaced the file since it was read. */
async function writeIfUnchanged(file: string, old: VaultIdentity, fresh: SecretId): Promise<void> {
  const { accessor } = await readIdentity(file);
  if (accessor === old.accessor) await writeIdentity(file, { roleId: old.roleId, ...fresh });
}

/**
 * Ends a new secret id if the file has another one. Returns true if it has. The write can fail after it has replaced
 * the file, so only the file says which secret id is in use. If the file cannot be read, or the request fails, the
 * unused secret id ends at the end of its life.
 */
async function endUnused({ vault, identityFile, role }: RotationOptions, fresh: SecretId): Promise<boolean> {
  const inUse = await readIdentity(identityFile).catch(() => undefined);
  if (!inUse || inUse.accessor === fresh.accessor) return false;
  await destroySecretId(vault, role, fresh.accessor).catch(() => undefined);
  return true;
}
