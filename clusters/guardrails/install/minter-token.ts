import { AirlockError } from '../../../src/lib/error.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import { Secret } from '../../../src/platform/secret.ts';
import type { KubeRequest } from './kube-request.ts';
import { accounts } from '../names.ts';
import type { OwnerValues } from '../values.ts';

/** Tokens of a target's minters, each for the config of its own Vault mount; `node` only where the owner wants it. */
export interface MinterTokens {
  exec: Secret;
  read: Secret;
  node?: Secret;
}

/**
 * The minters' tokens, for the configs of Vault's mounts and nothing else: never store them anywhere else.
 * @param seconds Their life; when it is over Vault can neither mint nor revoke until the owner hands it new ones.
 * @throws AirlockError `minter-token-refused`.
 */
export async function minterTokens(
  request: KubeRequest,
  { allowedNodes }: Pick<OwnerValues, 'allowedNodes'>,
  seconds: number,
): Promise<MinterTokens> {
  const of = (account: string): Promise<Secret> => minterToken(request, account, seconds);
  const [exec, read] = await Promise.all([of(accounts.execMinter), of(accounts.readMinter)]);
  return { exec, read, ...(allowedNodes.length > 0 ? { node: await of(accounts.nodeMinter) } : {}) };
}

async function minterToken(request: KubeRequest, name: string, seconds: number): Promise<Secret> {
  const { status, body } = await request({
    method: 'POST',
    path: `/api/v1/namespaces/${systemNamespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } },
  });
  if (status === 201 && typeof body?.status?.token === 'string') return new Secret<string>(body.status.token);
  throw new AirlockError({
    code: 'minter-token-refused',
    message: `the target gave no token for ServiceAccount ${systemNamespace}/${name} (${status}): install the owner's manifests first`,
    next: 'stop',
    details: { status, name },
  });
}
