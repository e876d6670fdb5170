import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { badInput } from '../../lib/error.ts';
import { Secret } from '../../platform/secret.ts';

const identitySchema = z.strictObject({ roleId: z.string().min(1), secretId: z.string().min(1) });

/** The credential with which a process logs in to Vault (AppRole). */
export interface VaultIdentity {
  roleId: string;
  secretId: Secret;
}

/**
 * Reads an identity file, `{roleId, secretId}`. The session reads the file again at each login, so a rotated file takes
 * effect without a restart.
 * @throws AirlockError `bad-input` if the file is malformed, cannot be read, or is readable by other users.
 */
export async function readIdentity(file: string): Promise<VaultIdentity> {
  const status = await stat(file).catch((error: Error) => {
    throw badInput(file, `the Vault identity cannot be read: ${error.message}`);
  });
  if ((status.mode & 0o077) !== 0) throw badInput(file, 'the Vault identity is readable by other users: chmod 600');
  const parsed = identitySchema.safeParse(parseJson(await readFile(file, 'utf8')));
  if (!parsed.success) throw badInput(file, 'expected a JSON object with the strings roleId and secretId');
  return { roleId: parsed.data.roleId, secretId: new Secret(parsed.data.secretId) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses undefined. The parser's own error could quote part of the secret.
  }
}
