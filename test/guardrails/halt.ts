import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { installOwner } from '../../clusters/guardrails/install/install.ts';
import type { KubeAnswer, KubeRequest } from '../../clusters/guardrails/install/kube-request.ts';
import { Secret } from '../../src/platform/secret.ts';
import {
  done,
  impersonated,
  minted,
  mintOnNodes,
  mintRefusedBy,
  nodeRole,
  refusedBy,
  rule,
  type Lock,
} from './attempt.ts';
import type { Bed } from './environment.ts';

const bounds = '/api/v1/namespaces/airlock-system/configmaps/airlock-bounds';
const scale = '/apis/apps/v1/namespaces/shop/deployments/web/scale';
const contentType = 'application/merge-patch+json';

const halter = (says: string): Lock => ({ policy: 'airlock-halter', says });
const patchBounds = (as: KubeRequest, body: object, path = bounds): Promise<KubeAnswer> =>
  as({ method: 'PATCH', path, contentType, body });

/** The kill switch: who can throw it, what it stops, and that only the owner takes it back. Last: it halts the bed. */
export async function haltCases(t: TestContext, bed: Bed): Promise<void> {
  const as = await minted(bed, 'scale-workload', [rule('deployments/scale', ['web'])]);
  const write = (): Promise<KubeAnswer> =>
    as({ method: 'PATCH', path: scale, contentType, body: { spec: { replicas: 3 } } });
  const { token } = await mintOnNodes(bed.vault.gateway, nodeRole('cordon-node', ['node-1']));
  const cordon = (as: KubeRequest): Promise<KubeAnswer> =>
    as({
      method: 'PATCH',
      path: '/api/v1/nodes/node-1?dryRun=All',
      contentType,
      body: { spec: { unschedulable: true } },
    });
  const account = '/api/v1/namespaces/airlock-system/serviceaccounts/airlock-halter/token';
  const issued = done(await bed.admin({ method: 'POST', path: account, body: { spec: { expirationSeconds: 600 } } }));
  const hand = bed.as(new Secret<string>(issued.status.token));

  await t.test('refused: the halter changes a range, adds a key, or writes anything but true', async () => {
    refusedBy(
      halter('changes no other key'),
      await patchBounds(hand, { data: { halted: 'true', maxReplicas: '9999' } }),
    );
    refusedBy(halter('changes no other key'), await patchBounds(hand, { data: { halted: 'true', maxReplicas: null } }));
    refusedBy(halter('changes no other key'), await patchBounds(hand, { data: { halted: 'true', more: '1' } }));
    refusedBy(halter('only ever halts'), await patchBounds(hand, { data: { halted: 'false' } }));
    refusedBy(halter('nothing but data'), await patchBounds(hand, { data: { halted: 'true' }, immutable: true }));
    refusedBy(
      halter('nothing but data'),
      await patchBounds(hand, { data: { halted: 'true' }, metadata: { labels: { a: 'b' } } }),
    );
  });
  await t.test('refused: the halter touches anything else', async () => {
    refusedBy('rbac', await hand({ method: 'GET', path: bounds }));
    refusedBy('rbac', await hand({ method: 'DELETE', path: bounds }));
    refusedBy('rbac', await hand({ method: 'PATCH', path: scale, contentType, body: { spec: { replicas: 3 } } }));
    const free = impersonated(bed, 'system:serviceaccount:airlock-system:airlock-halter');
    refusedBy(halter('only patches'), await free({ method: 'DELETE', path: bounds }));
    refusedBy(
      halter('only patches'),
      await free({ method: 'PATCH', path: scale, contentType, body: { spec: { replicas: 3 } } }),
    );
  });
  await t.test('OK: the halter halts, and minted identities write nothing any more', async () => {
    done(await write());
    done(await patchBounds(hand, { data: { halted: 'true' } }));
    const answer = await until(write, ({ status }) => status >= 400);
    refusedBy({ policy: 'airlock-bounds', says: 'Airlock is halted' }, answer);
    const onNode = await until(
      () => cordon(bed.as(token)),
      ({ status }) => status >= 400,
    );
    refusedBy({ policy: 'airlock-node-halt', says: 'Airlock is halted' }, onNode);
    const minting = mintOnNodes(bed.vault.gateway, nodeRole('cordon-node', ['node-1']));
    await mintRefusedBy({ policy: 'airlock-node-mint-halt', says: 'Airlock is halted' }, minting);
  });
  await t.test("a halt stays: the halter cannot clear it, nor does applying the owner's manifests again", async () => {
    refusedBy(halter('only ever halts'), await patchBounds(hand, { data: { halted: 'false' } }));
    refusedBy(halter('only ever halts'), await patchBounds(hand, { data: { halted: null } }));
    await installOwner(bed.admin, bed.values);
    assert.equal(done(await bed.admin({ method: 'GET', path: bounds })).data.halted, 'true');
  });
  await t.test('OK: the owner clears it', async () => {
    done(await patchBounds(bed.admin, { data: { halted: 'false' } }));
    done(await until(write, ({ status }) => status < 300));
  });
  await t.test(
    'without the bounds nothing is scaled; the rest of the cluster goes on, and the owner can mend it',
    async () => {
      done(await bed.admin({ method: 'DELETE', path: bounds }));
      const answer = await until(write, ({ status }) => status >= 400);
      refusedBy({ policy: 'airlock-bounds', says: 'no params found' }, answer);
      const minting = mintOnNodes(bed.vault.gateway, nodeRole('cordon-node', ['node-1']));
      await mintRefusedBy({ policy: 'airlock-node-mint-halt', says: 'no params found' }, minting);
      done(await cordon(bed.admin));
      for (const namespace of ['shop', 'other', 'kube-system']) {
        const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
        done(await bed.admin({ method: 'POST', path, body: { metadata: { name: 'x' } } }));
      }
      await installOwner(bed.admin, bed.values);
      done(await until(write, ({ status }) => status < 300));
    },
  );
}

/** Parameters reach the API server's cache within milliseconds; two seconds are the limit that is asserted. */
async function until(call: () => Promise<KubeAnswer>, good: (answer: KubeAnswer) => boolean): Promise<KubeAnswer> {
  const end = Date.now() + 2_000;
  for (;;) {
    const answer = await call();
    if (good(answer) || Date.now() > end) return answer;
    await sleep(10);
  }
}
