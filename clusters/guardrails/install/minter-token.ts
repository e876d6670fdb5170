import { AirlockError } from '../../../src/lib/error.ts';
import { objectPath } from '../../../src/domain/kubernetes/resource-path.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import { Secret } from '../../../src/platform/secret.ts';
import type { KubeRequester } from '../../../src/platform/kubernetes/kube-client.ts';
import { accounts } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/**
 * The tokens of a target's minters (the ServiceAccounts with which Vault creates identities). Vault has one mount
 * for each token, and stores the token in the config of this mount. `node` is missing if the administrator allows no
 * actions on nodes.
 */
export interface MinterTokens {
  exec: Secret;
  read: Secret;
  node?: Secret;
}

/**
 * Requests the tokens of the minters. Store these tokens only in the configs of Vault's mounts.
 * @param seconds requested lifetime of the tokens. After this time, Vault needs new tokens to create and to revoke
 * identities.
 * @throws AirlockError `minter-token-refused` if the target issued no token.
 */
export async function requestMinterTokens(
  request: KubeRequester,
  { allowedNodes }: Pick<GuardrailValues, 'allowedNodes'>,
  seconds: number,
): Promise<MinterTokens> {
  const tokenOf = (account: string): Promise<Secret> => requestMinterToken(request, account, seconds);
  const [exec, read] = await Promise.all([tokenOf(accounts.execMinter), tokenOf(accounts.readMinter)]);
  if (allowedNodes.length === 0) return { exec, read };
  return { exec, read, node: await tokenOf(accounts.nodeMinter) };
}

async function requestMinterToken(request: KubeRequester, name: string, seconds: number): Promise<Secret> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: systemNamespace, name };
  const { status, body } = await request({
    method: 'POST',
    path: `${objectPath(account)}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } },
  });
  if (status === 201 && typeof body?.status?.token === 'string') return new Secret<string>(body.status.token);
  throw new AirlockError({
    code: 'minter-token-refused',
    message: `the target issued no token for ServiceAccount ${systemNamespace}/${name} (${status}): install the guardrails, or use the credential of a cluster administrator`,
    details: { status, name },
  });
}
