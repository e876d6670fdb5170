import { dirname, resolve } from 'node:path';
import type { ObserveConfig } from './config.ts';

/**
 * Folders of the files that hold what observe knows and a rehearsal must not: its configuration (a database login
 * stands in it) and its Vault identity. Absolute, each once.
 * @param file where the configuration was read.
 */
export function secretFolders({ vault }: Pick<ObserveConfig, 'vault'>, file: string): string[] {
  return [...new Set([file, vault.identityFile].map((secret) => dirname(resolve(secret))))];
}
