import { createGrants, type VaultRequest } from '../../clusters/credentials/grants.ts';
import { objectPath } from '../../src/adapters/kubernetes/path.ts';
import { refusal } from '../../src/adapters/kubernetes/refusal.ts';
import { createReportVerifier } from '../../src/adapters/vault/report-verifier.ts';
import { createReportSigner } from '../../src/adapters/vault/report-signer.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Grants } from '../../src/execution/ports.ts';
import type { Secret } from '../../src/platform/secret.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import type { KubeAnswer } from '../../clusters/guardrails/install/kube-request.ts';
import type { VaultClient } from '../../clusters/vault/client.ts';
import type { Bed } from '../guardrails/environment.ts';
import type { Seal } from './fixture.ts';

/** Vault's API under one identity, in the form that adapters ask for. */
function session(client: VaultClient): VaultRequest & { request(method: 'GET', path: string): Promise<any> } {
  return {
    request(method: string, path: string, body: object = {}) {
      if (method === 'GET') return client.read(path);
      if (method === 'LIST') return client.read(`${path}?list=true`);
      return method === 'DELETE' ? client.delete(path) : client.write(path, body);
    },
  };
}

/** Grants by the real Vault, on the real target. `tokens` are those that were minted, for what a thief would try. */
export function realGrants(bed: Bed): Grants & { tokens: Secret[] } {
  const tokens: Secret[] = [];
  const connect = ({ token }: { token: Secret }): KubernetesApi & Disposable => {
    tokens.push(token);
    return { ...apiOf(bed, token), [Symbol.dispose]: () => undefined };
  };
  return { ...createGrants({ vault: session(bed.vault.gateway), connect }), tokens };
}

/** Reports signed by Vault's key `report` as the observer, and checked as the gateway. */
export function realSeal(bed: Bed): Seal {
  const signer = createReportSigner(session(bed.vault.observe));
  return { sign: (statement) => signer.sign(statement), reports: createReportVerifier(session(bed.vault.gateway)) };
}

function apiOf(bed: Bed, token: Secret): KubernetesApi {
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
    async patch({ target, subresource, patch }, { dryRun }) {
      const path = `${objectPath(target)}${subresource ? `/${subresource}` : ''}?fieldManager=airlock`;
      const contentType = 'application/json-patch+json';
      const call = { method: 'PATCH', path: path + (dryRun ? '&dryRun=All' : ''), body: patch, contentType } as const;
      return accepted(await send(call), target.name);
    },
  };
}
