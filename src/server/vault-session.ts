import { vaultIdentity } from '../../clusters/vault/names.ts';
import { startSecretIdRotation } from '../adapters/vault/secret-id-rotation.ts';
import { createVaultSession, type VaultSession, type VaultSessionOptions } from '../adapters/vault/session.ts';
import type { ProcessName } from '../domain/names.ts';
import type { Logger } from '../platform/logger.ts';

/**
 * Opens the Vault session of a process, and rotates the secret id of the process until `disposables` is disposed. The
 * user of the process must have write access to the folder of the identity file.
 */
export function openVaultSession(
  disposables: AsyncDisposableStack,
  options: VaultSessionOptions,
  { name, log }: { name: ProcessName; log: Logger },
): VaultSession {
  const vault = disposables.use(createVaultSession(options));
  disposables.use(startSecretIdRotation({ vault, identityFile: options.identityFile, role: vaultIdentity(name), log }));
  return vault;
}
