import { AirlockError } from '../../src/lib/error.ts';
import { appRolePath, destroySecretId } from '../../src/platform/vault/app-role.ts';
import type { VaultClient } from '../../src/platform/vault/vault-client.ts';

/** A secret id or a token of one of the given AppRole roles. */
interface Login {
  /** The id of the set-up that created the secret id. A secret id that a process created has no such id. */
  setUp: string | undefined;
  /** Ends the secret id, or revokes the token. Succeeds if it has ended already. */
  end(): Promise<void>;
}

/** Somebody who holds an old token can create a secret id between two steps of a pass. The next pass ends it. */
const maxPasses = 10;

/** Returns the ids of the set-ups that created the present secret ids and tokens of some AppRole roles. */
export async function readSetUps(vault: VaultClient, roles: readonly string[]): Promise<Set<string>> {
  const setUps = (await readLogins(vault, roles)).map(({ setUp }) => setUp);
  return new Set(setUps.filter((setUp) => setUp !== undefined));
}

/**
 * Ends the secret ids, and revokes the tokens, that come from one of the given set-ups or from no set-up. The tokens
 * must end too: with a token, a process can create another secret id. Vault also revokes the leases of these tokens.
 * Looks up every token of this Vault, because Vault has no list by role.
 * @throws AirlockError of the Vault client; `vault-logins-remain` if new ones still appear after `maxPasses` passes.
 */
export async function endLogins(
  vault: VaultClient,
  roles: readonly string[],
  setUps: ReadonlySet<string>,
): Promise<void> {
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const all = await readLogins(vault, roles);
    const old = all.filter(({ setUp }) => setUp === undefined || setUps.has(setUp));
    if (old.length === 0) return;
    for (const login of old) await login.end();
  }
  const message = `older logins of ${roles.join(', ')} still appear in Vault: stop the processes that use them, then run the set-up again`;
  throw new AirlockError({ code: 'vault-logins-remain', message });
}

async function readLogins(vault: VaultClient, roles: readonly string[]): Promise<Login[]> {
  const secretIds = [];
  for (const role of roles) secretIds.push(...(await readSecretIds(vault, role)));
  return [...secretIds, ...(await readTokens(vault, roles))];
}

async function readSecretIds(vault: VaultClient, role: string): Promise<Login[]> {
  const found: Login[] = [];
  for (const accessor of await list(vault, `${appRolePath(role)}/secret-id`)) {
    const path = `${appRolePath(role)}/secret-id-accessor/lookup`;
    const answer = await unlessGone(vault.write(path, { secret_id_accessor: accessor }));
    if (!answer) continue;
    const end = (): Promise<void> => unlessGone(destroySecretId(vault, role, accessor));
    found.push({ setUp: answer.data.metadata?.set_up, end });
  }
  return found;
}

async function readTokens(vault: VaultClient, roles: readonly string[]): Promise<Login[]> {
  const found: Login[] = [];
  for (const accessor of await list(vault, 'auth/token/accessors')) {
    const answer = await unlessGone(vault.write('auth/token/lookup-accessor', { accessor }));
    const { path, meta } = answer?.data ?? {};
    if (path !== 'auth/approle/login' || !roles.includes(meta?.role_name)) continue;
    const end = (): Promise<void> => unlessGone(vault.write('auth/token/revoke-accessor', { accessor }));
    found.push({ setUp: meta.set_up, end });
  }
  return found;
}

/** Vault answers 404 if the list is empty. */
async function list(vault: VaultClient, path: string): Promise<string[]> {
  const answer = await vault.request('LIST', path).catch((error: unknown) => {
    if (!hasStatus(error, [404])) throw error;
    return undefined;
  });
  return answer?.data?.keys ?? [];
}

/**
 * Returns undefined if the secret id or token has ended meanwhile. Vault then answers 400, 403 or 404, and 500 for the
 * accessor of a secret id.
 */
async function unlessGone(request: Promise<any>): Promise<any> {
  return request.catch((error: unknown) => {
    if (!hasStatus(error, [400, 403, 404, 500])) throw error;
    return undefined;
  });
}

function hasStatus(error: unknown, statuses: readonly number[]): boolean {
  return error instanceof AirlockError && statuses.includes(Number(error.details['status']));
}
