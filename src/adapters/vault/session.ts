import { AirlockError } from '../../lib/error.ts';
import { Secret } from '../../platform/secret.ts';
import { createVaultHttp, InvalidVaultToken, type VaultCall, type VaultMethod } from './http.ts';
import { readIdentity } from './identity.ts';

/** Vault under one process's identity. The token is in memory alone. Disposing it stops the renewal. */
export interface VaultSession extends Disposable {
  /**
   * One call, `path` without `/v1/`. Logs in when needed, and once more where the token turns out to be void.
   * @throws AirlockError `vault-denied`, `vault-refused` (stop), `vault-unavailable`, `vault-failed`,
   * `vault-unreachable` (retry; a write may have happened).
   */
  request(method: VaultMethod, path: string, body?: object): Promise<any>;
}

export interface VaultSessionOptions {
  address: string;
  /** File of mode 0600 with the process's AppRole login. */
  identityFile: string;
}

interface Login {
  token: Secret;
  renewal: NodeJS.Timeout;
}

/** Longest delay that a timer of Node's takes. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * A session that lasts as long as Vault allows: the token is renewed at half its life, because Vault revokes every
 * lease together with the token that took it. Where it can be renewed no longer, the next call logs in anew.
 */
export function createVaultSession({ address, identityFile }: VaultSessionOptions): VaultSession {
  const send = createVaultHttp(address);
  let login: Login | undefined;
  let pending: Promise<Login> | undefined;

  const keep = (token: Secret, seconds: number): Login => {
    const delay = Math.min(seconds * 500, longestTimerMs);
    login = { token, renewal: setTimeout(() => void renew(token, seconds), delay).unref() };
    return login;
  };
  const forget = (token: Secret): void => {
    if (login?.token !== token) return;
    clearTimeout(login.renewal);
    login = undefined;
  };
  const logIn = async (): Promise<Login> => {
    const { roleId, secretId } = await readIdentity(identityFile);
    const body = { role_id: roleId, secret_id: secretId.reveal() };
    const { auth } = await send({ method: 'POST', path: 'auth/approle/login', body });
    if (typeof auth?.client_token !== 'string') throw noLogin();
    return keep(new Secret<string>(auth.client_token), Number(auth.lease_duration));
  };
  const current = async (): Promise<Secret> => {
    if (login) return login.token;
    pending ??= logIn().finally(() => (pending = undefined));
    return (await pending).token;
  };
  const renew = async (token: Secret, seconds: number): Promise<void> => {
    const next = await send({ method: 'POST', path: 'auth/token/renew-self', body: {}, token }).then(
      ({ auth }) => Number(auth.lease_duration),
      () => 0, // refused or no answer: either way the next call logs in, and its error is told
    );
    if (login?.token !== token) return;
    forget(token);
    // Less than before means that its end is fixed now: a fresh login is due.
    if (next >= seconds) keep(token, next);
  };
  return {
    async request(method, path, body) {
      const call: VaultCall = { method, path, ...(body ? { body } : {}) };
      const token = await current();
      try {
        return await send({ ...call, token });
      } catch (error) {
        if (!(error instanceof InvalidVaultToken)) throw error;
        forget(token);
      }
      return send({ ...call, token: await current() }).catch(stillInvalid);
    },
    [Symbol.dispose]() {
      if (login) forget(login.token);
    },
  };
}

function noLogin(): AirlockError {
  return new AirlockError({
    code: 'vault-denied',
    message: 'Vault gave no token at login: check the AppRole',
    next: 'ask',
  });
}

function stillInvalid(error: unknown): never {
  if (!(error instanceof InvalidVaultToken)) throw error;
  const message = 'Vault does not know a token that it has just given: check its storage and clock';
  throw new AirlockError({ code: 'vault-denied', message, next: 'ask' });
}
