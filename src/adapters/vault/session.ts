import { AirlockError } from '../../lib/error.ts';
import { Secret } from '../../platform/secret.ts';
import { createVaultClient, type VaultClient, type VaultRequester } from '../../platform/vault/vault-client.ts';
import { readIdentity, type VaultIdentity } from './identity.ts';

/**
 * Sends requests to Vault with the identity of one process. The session keeps the Vault token in memory only. If the
 * session has no token, it logs in before it sends a request. If Vault answers that the token is invalid, the session
 * logs in again and repeats the request once. A disposed session no longer renews its token.
 */
export interface VaultSession extends VaultRequester, Disposable {
  /**
   * Sends one request and returns the JSON of the answer.
   * @throws AirlockError with the codes of VaultRequester; `vault-login-failed` if the login returns no token, or Vault
   * rejects a new token; `vault-login-ended` if Vault does not know the secret id any more; `bad-input` if the identity
   * file is unusable.
   */
  request: VaultRequester['request'];
}

/** Address of Vault, and the AppRole with which the process logs in. */
export interface VaultSessionOptions {
  address: string;
  /** File with the AppRole credential of the process. Only the owner may have permissions on the file (mode 0600). */
  identityFile: string;
}

interface Login {
  token: Secret;
  /** Timer of the next renewal of the token. */
  renewalTimer: NodeJS.Timeout;
}

/** Longest delay that a timer of Node accepts, milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Creates a session. When a token expires, Vault revokes every lease that was created with this token. So the session
 * renews the token each time half of the token's lifetime has passed. If a renewal fails, or Vault grants less than the
 * full lifetime, the session drops the token. The next request then logs in.
 */
export function createVaultSession({ address, identityFile }: VaultSessionOptions): VaultSession {
  const vault = createVaultClient({ address });
  let login: Login | undefined;
  let pendingLogin: Promise<Login> | undefined;

  const keep = (token: Secret, lifetimeSeconds: number): Login => {
    const delay = Math.min(lifetimeSeconds * 500, longestTimerMs); // half of the lifetime, milliseconds
    login = { token, renewalTimer: setTimeout(() => void renew(token, lifetimeSeconds), delay).unref() };
    return login;
  };
  const forget = (token: Secret): void => {
    if (login?.token !== token) return;
    clearTimeout(login.renewalTimer);
    login = undefined;
  };
  const logIn = async (): Promise<Login> => {
    const answer = await logInWithFile(vault, identityFile);
    const { client_token: token, lease_duration: seconds } = answer?.auth ?? {};
    if (typeof token !== 'string') throw noToken();
    return keep(new Secret<string>(token), Number(seconds));
  };
  const currentToken = async (): Promise<Secret> => {
    if (login) return login.token;
    pendingLogin ??= logIn().finally(() => {
      pendingLogin = undefined;
    });
    return (await pendingLogin).token;
  };
  const renew = async (token: Secret, lifetimeSeconds: number): Promise<void> => {
    const renewedSeconds = await vault
      .withToken(token)
      .write('auth/token/renew-self', {})
      .then(
        ({ auth }) => Number(auth.lease_duration),
        () => 0, // the error is ignored: the next request logs in
      );
    if (login?.token !== token) return;
    forget(token);
    // Near the maximum TTL of the token, Vault grants less than the full lifetime. The session then drops the token,
    // and the next request logs in.
    if (renewedSeconds >= lifetimeSeconds) keep(token, renewedSeconds);
  };
  return {
    async request(method, path, body) {
      const token = await currentToken();
      try {
        return await vault.withToken(token).request(method, path, body);
      } catch (error) {
        if (!isInvalidToken(error)) throw error;
        forget(token);
      }
      const fresh = vault.withToken(await currentToken());
      return fresh.request(method, path, body).catch((error: unknown) => {
        throw isInvalidToken(error) ? freshTokenRejected() : error;
      });
    },
    [Symbol.dispose]() {
      if (login) forget(login.token);
    },
  };
}

/**
 * Logs in with the secret id in the file. The rotation can end this secret id after it was read. So if Vault does not
 * know the secret id, and the file has another one by now, logs in with that one.
 */
async function logInWithFile(vault: VaultClient, file: string): Promise<any> {
  const logIn = ({ roleId, secretId }: VaultIdentity): Promise<any> =>
    vault.write('auth/approle/login', { role_id: roleId, secret_id: secretId.reveal() });
  const read = await readIdentity(file);
  return logIn(read).catch(async (error: unknown) => {
    if (!isUnknownSecretId(error)) throw error;
    const current = await readIdentity(file);
    if (current.accessor === read.accessor) throw loginEnded(file, current);
    return logIn(current);
  });
}

/** Returns true if Vault does not know the role or the secret id. Vault says the same for both. */
function isUnknownSecretId(error: unknown): boolean {
  if (!(error instanceof AirlockError)) return false;
  const { errors } = error.details;
  return Array.isArray(errors) && errors.some((reason) => /^invalid role or secret ID$/i.test(String(reason)));
}

function loginEnded(file: string, { expiresAt }: VaultIdentity): AirlockError {
  const why =
    Date.parse(expiresAt) <= Date.now()
      ? `ended at ${expiresAt}`
      : 'was ended before its time, for example by a newer set-up of Vault';
  const message = `Vault refuses the login with ${file}: its secret id ${why}; run the set-up of Vault again (embedded stack: \`airlock down\`, then \`airlock up\`)`;
  return new AirlockError({ code: 'vault-login-ended', message, details: { file, expiresAt } });
}

function isInvalidToken(error: unknown): boolean {
  return error instanceof AirlockError && error.details['invalidToken'] === true;
}

function noToken(): AirlockError {
  return new AirlockError({
    code: 'vault-login-failed',
    message: "Vault's answer to the login contains no token: check the AppRole",
  });
}

function freshTokenRejected(): AirlockError {
  const message = "Vault rejects a token that it has just issued: check Vault's storage and clock";
  return new AirlockError({ code: 'vault-login-failed', message });
}
