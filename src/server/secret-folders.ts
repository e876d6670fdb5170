import { dirname, resolve } from 'node:path';
import type { ObserveConfig } from './config.ts';

/**
 * Returns the folders of the two secret files of `airlock observe`, as absolute paths without duplicates. The
 * configuration file contains a database login. The identity file contains the Vault identity. Rehearsals must not be
 * able to read these folders.
 * @param configFile path of the configuration file.
 */
export function secretFolders({ vault }: Pick<ObserveConfig, 'vault'>, configFile: string): string[] {
  return [...new Set([configFile, vault.identityFile].map((path) => dirname(resolve(path))))];
}
