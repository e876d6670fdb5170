import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { badInput } from '../../lib/error.ts';
import { replaceFile } from '../../platform/replace-file.ts';
import { Secret } from '../../platform/secret.ts';
import type { AppRoleLogin } from '../../platform/vault/app-role.ts';

const identitySchema = z.strictObject({
  roleId: z.string().min(1),
  secretId: z.string().min(1),
  accessor: z.string().min(1),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
const fields = Object.keys(identitySchema.shape).join(', ');

/** The AppRole credential with which a process logs in to Vault. */
export interface VaultIdentity extends Omit<AppRoleLogin, 'secretId'> {
  secretId: Secret;
}

/**
 * Reads an identity file. A Vault session reads the file again at each login, so a new secret id takes effect without a
 * restart.
 * @throws AirlockError `bad-input` if the file does not exist, gives any permission to other users, or is malformed.
 */
export async function readIdentity(file: string): Promise<VaultIdentity> {
  const status = await stat(file).catch((error: Error) => {
    throw badInput(file, `the file with the Vault credential cannot be read: ${error.message}`);
  });
  if ((status.mode & 0o077) !== 0) throw badInput(file, 'other users have permissions on this file: chmod 600');
  const parsed = identitySchema.safeParse(parseJson(await readFile(file, 'utf8')));
  if (!parsed.success)
    throw badInput(file, `expected a JSON object with ${fields}; the set-up of Vault writes such a file`);
  return { ...parsed.data, secretId: new Secret(parsed.data.secretId) };
}

/** Replaces an identity file atomically. @throws the error of the file system. */
export async function writeIdentity(file: string, login: AppRoleLogin): Promise<void> {
  await replaceFile(file, JSON.stringify(login, undefined, 2), 0o600);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema refuses undefined. The error of `JSON.parse` could quote part of the secret.
  }
}
