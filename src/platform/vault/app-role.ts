import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from './vault-client.ts';

/** A secret id of an AppRole role, as Vault issued it. Times are ISO 8601 in UTC, by the clock of this machine. */
export interface SecretId {
  secretId: string;
  /** Names the secret id in requests to Vault. The accessor is not secret, and nobody can log in with it. */
  accessor: string;
  issuedAt: string;
  /** From this time on, Vault refuses a login. Vault removes ended secret ids once a minute, so at most 60 s later. */
  expiresAt: string;
}

/** The AppRole credential with which one process logs in to Vault. This is the content of the identity file. */
export interface AppRoleLogin extends SecretId {
  roleId: string;
}

/** Returns the path in Vault of an AppRole role. */
export function appRolePath(role: string): string {
  return `auth/approle/role/${role}`;
}

/**
 * Creates a secret id. Lifetime and addresses are those of the role.
 * @param role name of the AppRole role.
 * @param parameters more parameters of the request. Vault's policies refuse every parameter from a process.
 * @throws AirlockError of the Vault client; `vault-response-invalid` if the role sets no lifetime.
 */
export async function createSecretId(vault: VaultRequester, role: string, parameters: object = {}): Promise<SecretId> {
  const issued = Date.now(); // before the request, so `expiresAt` is not later than Vault's own time
  const { data } = await vault.request('POST', `${appRolePath(role)}/secret-id`, parameters);
  const { secret_id: secretId, secret_id_accessor: accessor, secret_id_ttl: seconds } = data ?? {};
  if (typeof secretId !== 'string' || typeof accessor !== 'string' || !(seconds > 0)) {
    const message = `Vault issued no secret id with a lifetime for role ${role}: run the set-up of Vault again`;
    throw new AirlockError({ code: 'vault-response-invalid', message });
  }
  const expiresAt = new Date(issued + Number(seconds) * 1000).toISOString();
  return { secretId, accessor, issuedAt: new Date(issued).toISOString(), expiresAt };
}

/**
 * Ends a secret id. The tokens of earlier logins with it stay valid.
 * @throws AirlockError of the Vault client. Vault answers 403 if the secret id belongs to another role.
 */
export async function destroySecretId(vault: VaultRequester, role: string, accessor: string): Promise<void> {
  const path = `${appRolePath(role)}/secret-id-accessor/destroy`;
  await vault.request('POST', path, { secret_id_accessor: accessor });
}
