import { dirname, resolve } from 'node:path';
import type { ObserveConfig } from './config.ts';

/**
 * Folders of the files of `airlock observe` that a rehearsal must not read: its configuration, which contains a database
 * login, and its Vault identity. Absolute paths without duplicates.
 * @param file path of the configuration.
 */
export function secretFolders({ vault }: Pick<ObserveConfig, 'vault'>, file: string): string[] {
  return [...new Set([file, vault.identityFile].map((secret) => dirname(resolve(secret))))];
}
