import { dirname, resolve } from 'node:path';
import type { ObserveConfig } from './config.ts';

/**
 * Folders of the two secret files of `airlock observe`, which a rehearsal must not read: the configuration, because it
 * contains a database login, and the Vault identity. The paths are absolute and without duplicates.
 * @param file path of the configuration file.
 */
export function secretFolders({ vault }: Pick<ObserveConfig, 'vault'>, file: string): string[] {
  return [...new Set([file, vault.identityFile].map((secret) => dirname(resolve(secret))))];
}
