import { AirlockError } from '../../src/domain/error.ts';
import { systemNamespace } from '../../src/domain/names.ts';
import { Secret } from '../../src/secret.ts';
import type { KubeRequest } from './kube-request.ts';
import { accounts } from './names.ts';

/**
 * A token of one of the minters, for the config of Vault's mount and nothing else: never store it anywhere else.
 * @param seconds Its life; when it is over Vault can neither mint nor revoke until the owner hands it a new one.
 * @throws AirlockError `minter-token-refused`.
 */
export async function minterToken(
  request: KubeRequest,
  minter: 'execMinter' | 'readMinter',
  seconds: number,
): Promise<Secret> {
  const name = accounts[minter];
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
