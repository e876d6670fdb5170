import { createGrants } from '../../clusters/credentials/grants.ts';
import { objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { refusal } from '../../src/adapters/kubernetes/refusal.ts';
import { createReportVerifier } from '../../src/adapters/vault/report-verifier.ts';
import { createReportSigner } from '../../src/adapters/vault/report-signer.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Grants } from '../../src/execution/ports.ts';
import type { Secret } from '../../src/platform/secret.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import type { KubeAnswer } from '../../src/platform/kubernetes/kube-client.ts';
import type { Environment } from '../guardrails/environment.ts';
import type { ReportKey } from './fixture.ts';

/** Grants minted by the real Vault on the real target. `tokens` collects the minted ones, to test that they are revoked. */
export function vaultGrants(bed: Environment): Grants & { tokens: Secret[] } {
  const tokens: Secret[] = [];
  const connect = ({ token }: { token: Secret }): KubernetesApi & Disposable => {
    tokens.push(token);
    return { ...apiOf(bed, token), [Symbol.dispose]: () => undefined };
  };
  return { ...createGrants({ vault: bed.vault.gateway, connect }), tokens };
}

/** Signs with Vault's key `report` as the observer, and verifies as the gateway. */
export function vaultReportKey(bed: Environment): ReportKey {
  const signer = createReportSigner(bed.vault.observe);
  return { sign: (statement) => signer.sign(statement), reports: createReportVerifier(bed.vault.gateway) };
}

function apiOf(bed: Environment, token: Secret): KubernetesApi {
  const send = bed.as(token);
  const accepted = ({ status, body }: KubeAnswer, subject: string): KubeObject => {
    if (status < 300) return body;
    throw refusal({ status, headers: {}, text: JSON.stringify(body) }, subject);
  };
  return {
    async get(ref) {
      const answer = await send({ method: 'GET', path: objectPath(ref) });
      return answer.status === 404 ? undefined : accepted(answer, ref.name);
    },
    async patch({ object, subresource, patch }, { dryRun }) {
      const path = `${objectPath(object)}${subresource ? `/${subresource}` : ''}?fieldManager=airlock`;
      const contentType = 'application/json-patch+json';
      const call = { method: 'PATCH', path: path + (dryRun ? '&dryRun=All' : ''), body: patch, contentType } as const;
      return accepted(await send(call), object.name);
    },
  };
}
