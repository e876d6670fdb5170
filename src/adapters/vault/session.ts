import { AirlockError } from '../../lib/error.ts';
import { Secret } from '../../platform/secret.ts';
import { createVaultClient, type VaultRequester } from '../../platform/vault/vault-client.ts';
import { readIdentity } from './identity.ts';

/**
 * Vault's API under the identity of one process. The token is kept in memory and in no file. If there is no token, a
 * request logs in first. If Vault no longer accepts the token, the request logs in once more and is sent again.
 * Disposing the session stops the renewal of the token.
 */
export interface VaultSession extends VaultRequester, Disposable {
  /** @throws AirlockError as VaultRequester, and `vault-login-failed` (a person must act first). */
  request: VaultRequester['request'];
}

/** Where Vault is, and with which AppRole the process logs in. */
export interface VaultSessionOptions {
  address: string;
  /** File of mode 0600 with the AppRole credential of the process. */
  identityFile: string;
}

interface Login {
  token: Secret;
  renewal: NodeJS.Timeout;
}

/** Longest delay that a timer of Node accepts, milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Creates a session. When a token expires, Vault revokes every lease that was created with this token. So the session
 * renews the token at half of its lifetime, for as long as Vault allows. If a renewal fails, the next request logs in.
 */
export function createVaultSession({ address, identityFile }: VaultSessionOptions): VaultSession {
  const vault = createVaultClient({ address });
  let login: Login | undefined;
  let pending: Promise<Login> | undefined;

  const keep = (token: Secret, seconds: number): Login => {
    const delay = Math.min(seconds * 500, longestTimerMs); // half of the lifetime, milliseconds
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
    const answer = await vault.write('auth/approle/login', { role_id: roleId, secret_id: secretId.reveal() });
    const { client_token: token, lease_duration: seconds } = answer?.auth ?? {};
    if (typeof token !== 'string') throw noToken();
    return keep(new Secret<string>(token), Number(seconds));
  };
  const current = async (): Promise<Secret> => {
    if (login) return login.token;
    pending ??= logIn().finally(() => (pending = undefined));
    return (await pending).token;
  };
  const renew = async (token: Secret, seconds: number): Promise<void> => {
    const renewedSeconds = await vault
      .withToken(token)
      .write('auth/token/renew-self', {})
      .then(
        ({ auth }) => Number(auth.lease_duration),
        () => 0, // the next request logs in and throws its own error
      );
    if (login?.token !== token) return;
    forget(token);
    // Vault gives a shorter lifetime when the token is near its maximum TTL. The session then forgets the token, as
    // after a failed renewal, and the next request logs in.
    if (renewedSeconds >= seconds) keep(token, renewedSeconds);
  };
  return {
    async request(method, path, body) {
      const token = await current();
      try {
        return await vault.withToken(token).request(method, path, body);
      } catch (error) {
        if (!isInvalidToken(error)) throw error;
        forget(token);
      }
      const fresh = vault.withToken(await current());
      return fresh.request(method, path, body).catch((error: unknown) => {
        throw isInvalidToken(error) ? freshTokenRejected() : error;
      });
    },
    [Symbol.dispose]() {
      if (login) forget(login.token);
    },
  };
}

function isInvalidToken(error: unknown): boolean {
  return error instanceof AirlockError && error.details['invalidToken'] === true;
}

function noToken(): AirlockError {
  return new AirlockError({
    code: 'vault-login-failed',
    message: 'Vault answered the login without a token: check the AppRole',
  });
}

function freshTokenRejected(): AirlockError {
  const message = "Vault rejects a token that it has just issued: check Vault's storage and clock";
  return new AirlockError({ code: 'vault-login-failed', message });
}
