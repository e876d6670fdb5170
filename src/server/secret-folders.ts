import { dirname, resolve } from 'node:path';
import type { ObserveConfig } from './config.ts';

/**
 * Returns the folders of the two secret files of `airlock observe`: the configuration file, with a database login, and
 * the file with the Vault identity. A rehearsal must not read these folders. The paths are absolute and without
 * duplicates.
 * @param file path of the configuration file.
 */
export function secretFolders({ vault }: Pick<ObserveConfig, 'vault'>, file: string): string[] {
  return [...new Set([file, vault.identityFile].map((secret) => dirname(resolve(secret))))];
}
