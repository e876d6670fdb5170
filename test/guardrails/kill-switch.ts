import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { installGuardrails } from '../../clusters/guardrails/install/install.ts';
import type { KubeAnswer, KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { Secret } from '../../src/platform/secret.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import {
  done,
  impersonated,
  minted,
  mintOnNodes,
  mintRefusedBy,
  nodeRole,
  refusedBy,
  rule,
  type Guardrail,
} from './attempt.ts';
import type { Environment } from './environment.ts';

const limits = '/api/v1/namespaces/airlock-system/configmaps/airlock-limits';
const scale = '/apis/apps/v1/namespaces/shop/deployments/web/scale';
const contentType = 'application/merge-patch+json';

const refusal = (says: string): Guardrail => ({ policy: 'airlock-kill-switch', says });
const patchLimits = (as: KubeRequester, body: object, path = limits): Promise<KubeAnswer> =>
  as({ method: 'PATCH', path, contentType, body });

/**
 * The kill switch: who can turn it on, what it stops, and that only the administrator can turn it off. Each step begins
 * and ends with the switch off, because it stops every minted identity.
 */
export async function killSwitchCases(t: TestContext, environment: Environment): Promise<void> {
  const as = await minted(environment, 'scale-workload', [rule('deployments/scale', ['web'])]);
  const write = (): Promise<KubeAnswer> =>
    as({ method: 'PATCH', path: scale, contentType, body: { spec: { replicas: 3 } } });
  const { token } = await mintOnNodes(environment.vault.gateway, nodeRole('cordon-node', ['node-1']));
  const cordon = (as: KubeRequester): Promise<KubeAnswer> =>
    as({
      method: 'PATCH',
      path: '/api/v1/nodes/node-1?dryRun=All',
      contentType,
      body: { spec: { unschedulable: true } },
    });
  const account = '/api/v1/namespaces/airlock-system/serviceaccounts/airlock-kill-switch/token';
  const issued = done(
    await environment.admin({ method: 'POST', path: account, body: { spec: { expirationSeconds: 600 } } }),
  );
  const operator = environment.as(new Secret<string>(issued.status.token));
  const untilOff = async (): Promise<void> => {
    done(await until(write, ({ status }) => status < 300));
    done(
      await until(
        () => cordon(environment.as(token)),
        ({ status }) => status < 300,
      ),
    );
  };
  /** Runs a step after the account has turned the switch on. Then the administrator removes the key, as in a new ConfigMap. */
  const whileOn = async (step: () => Promise<void>): Promise<void> => {
    await untilOff();
    done(await patchLimits(operator, { data: { killSwitch: 'on' } }));
    try {
      await step();
    } finally {
      done(await patchLimits(environment.admin, { data: { killSwitch: null } }));
      await untilOff();
    }
  };

  await t.test('refused: its account changes a range, adds a key, or writes another value than on', async () => {
    refusedBy(
      refusal('may change no other key than killSwitch'),
      await patchLimits(operator, { data: { killSwitch: 'on', maxReplicas: '9999' } }),
    );
    refusedBy(
      refusal('may change no other key than killSwitch'),
      await patchLimits(operator, { data: { killSwitch: 'on', maxReplicas: null } }),
    );
    refusedBy(
      refusal('may change no other key than killSwitch'),
      await patchLimits(operator, { data: { killSwitch: 'on', more: '1' } }),
    );
    refusedBy(refusal('may only set killSwitch to on'), await patchLimits(operator, { data: { killSwitch: 'off' } }));
    refusedBy(
      refusal('may change only the data'),
      await patchLimits(operator, { data: { killSwitch: 'on' }, immutable: true }),
    );
    refusedBy(
      refusal('may change only the data'),
      await patchLimits(operator, { data: { killSwitch: 'on' }, metadata: { labels: { a: 'b' } } }),
    );
  });
  await t.test('refused: its account reads it, deletes it or writes another object', async () => {
    refusedBy('rbac', await operator({ method: 'GET', path: limits }));
    refusedBy('rbac', await operator({ method: 'DELETE', path: limits }));
    refusedBy('rbac', await operator({ method: 'PATCH', path: scale, contentType, body: { spec: { replicas: 3 } } }));
    const free = impersonated(environment, 'system:serviceaccount:airlock-system:airlock-kill-switch');
    refusedBy(refusal('may only patch the ConfigMap airlock-limits'), await free({ method: 'DELETE', path: limits }));
    refusedBy(
      refusal('may only patch the ConfigMap airlock-limits'),
      await free({ method: 'PATCH', path: scale, contentType, body: { spec: { replicas: 3 } } }),
    );
  });
  await t.test('its account turns it on, and minted identities can write nothing any more', async () => {
    done(await write());
    await whileOn(async () => {
      const answer = await until(write, ({ status }) => status >= 400);
      refusedBy({ policy: 'airlock-limits', says: 'kill switch is on' }, answer);
      const onNode = await until(
        () => cordon(environment.as(token)),
        ({ status }) => status >= 400,
      );
      refusedBy({ policy: 'airlock-node-kill-switch', says: 'kill switch is on' }, onNode);
      const minting = mintOnNodes(environment.vault.gateway, nodeRole('cordon-node', ['node-1']));
      await mintRefusedBy({ policy: 'airlock-node-mint-kill-switch', says: 'kill switch is on' }, minting);
    });
  });
  await t.test('it stays on: its account cannot turn it off, and installing the guardrails again does not', () =>
    whileOn(async () => {
      refusedBy(refusal('may only set killSwitch to on'), await patchLimits(operator, { data: { killSwitch: 'off' } }));
      refusedBy(refusal('may only set killSwitch to on'), await patchLimits(operator, { data: { killSwitch: null } }));
      await installGuardrails(environment.admin, environment.values);
      assert.equal(done(await environment.admin({ method: 'GET', path: limits })).data.killSwitch, 'on');
    }),
  );
  await t.test('the administrator turns it off', () =>
    whileOn(async () => {
      const answer = await until(write, ({ status }) => status >= 400);
      refusedBy({ policy: 'airlock-limits', says: 'kill switch is on' }, answer);
      done(await patchLimits(environment.admin, { data: { killSwitch: 'off' } }));
      done(await until(write, ({ status }) => status < 300));
    }),
  );
  await t.test(
    'without its ConfigMap nothing is scaled; the rest of the cluster works, and the administrator can install it again',
    async () => {
      done(await environment.admin({ method: 'DELETE', path: limits }));
      const answer = await until(write, ({ status }) => status >= 400);
      refusedBy({ policy: 'airlock-limits', says: 'no params found' }, answer);
      const minting = mintOnNodes(environment.vault.gateway, nodeRole('cordon-node', ['node-1']));
      await mintRefusedBy({ policy: 'airlock-node-mint-kill-switch', says: 'no params found' }, minting);
      done(await cordon(environment.admin));
      for (const namespace of ['shop', 'other', 'kube-system']) {
        const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
        done(await environment.admin({ method: 'POST', path, body: { metadata: { name: 'x' } } }));
      }
      await installGuardrails(environment.admin, environment.values);
      done(await until(write, ({ status }) => status < 300));
    },
  );
}

/**
 * The first answer that is expected, or the last one. Parameters reach the API server's cache within milliseconds; two
 * seconds are the limit that is asserted.
 */
async function until(call: () => Promise<KubeAnswer>, expected: (answer: KubeAnswer) => boolean): Promise<KubeAnswer> {
  let last: KubeAnswer | undefined;
  await waitFor({ what: 'the new limits', every: 10, within: 2_000, otherwise: () => undefined }, async () => {
    last = await call();
    return expected(last);
  });
  return last as KubeAnswer;
}
