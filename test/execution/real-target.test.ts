import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { propose } from '../../src/actions/propose.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { executionId } from '../../src/domain/names.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { impersonated } from '../guardrails/attempt.ts';
import { startEnvironment } from '../guardrails/environment.ts';
import { startDatabase } from './database.ts';
import { dossierOf, oneLead, safeReport, scalePlan, signed } from './fixture.ts';
import { createTestGateway } from './gateway.ts';
import { startIssuer } from './admission/issuer.ts';
import { vaultGrants, vaultReportKey } from './real-target.ts';

const now = (): Date => new Date();
const [bed, database, issuer] = await Promise.all([startEnvironment(), startDatabase(), startIssuer(now)]);
const grants = vaultGrants(bed);
const reportKey = vaultReportKey(bed);
const gateway = createTestGateway({
  database,
  vault: bed.vault.gateway,
  issuer,
  grants,
  reportKey,
  now,
  verdict: () => oneLead,
});

after(async () => {
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const apps = '/apis/apps/v1/namespaces/shop';

async function read(path: string): Promise<any> {
  const { status, body } = await bed.admin({ method: 'GET', path });
  assert.equal(status, 200, path);
  return body;
}

async function objects(): Promise<KubeObject[]> {
  const kinds = [
    ['Deployment', 'deployments'],
    ['ReplicaSet', 'replicasets'],
  ] as const;
  const lists = await Promise.all(kinds.map(([, plural]) => read(`${apps}/${plural}`)));
  return lists.flatMap(({ items }, index) =>
    items.map((item: object) => ({ ...item, apiVersion: 'apps/v1', kind: kinds[index]?.[0] })),
  );
}

/** Stores, approves, prepares, rehearses and executes a plan. */
async function executed(plan: Plan): Promise<{ digest: Digest; outcome: string }> {
  const report = safeReport(plan);
  const digest = await gateway.store(dossierOf(plan, await signed(reportKey.sign, report), now()));
  await gateway.approve(digest, 'lea');
  const prepared = await gateway.prepare(digest);
  const { outcome } = await gateway.execute(digest, 'do', await gateway.storePreflight(prepared, report));
  return { digest, outcome };
}

/** Names of the objects in the namespace that Vault may have created. */
async function mintedObjects(): Promise<string[]> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
  const paths = ['/api/v1/namespaces/shop/serviceaccounts', `${rbac}/roles`, `${rbac}/rolebindings`];
  const lists = await Promise.all(paths.map(read));
  return lists.flatMap(({ items }) => items.map((item: KubeObject) => item.metadata.name)).toSorted();
}

const before = await mintedObjects();

async function assertNothingLeft(digest: Digest, token = grants.tokens.at(-1)): Promise<void> {
  assert.deepEqual(await mintedObjects(), before);
  assert.deepEqual(await grants.executionsWithRole('east'), []);
  assert.ok(token);
  const { status } = await bed.as(token)({ method: 'GET', path: `${apps}/deployments/web` });
  assert.ok(status === 401 || status === 403, 'the credential still works');
  const { rows } = await database.pools.owner.query('SELECT * FROM execution_leases WHERE revoked_at IS NULL');
  assert.deepEqual(rows, []);
  const stored = await database.pools.owner.query('SELECT string_agg(journal::text, chr(10)) AS all FROM journal');
  for (const secret of grants.tokens) assert.ok(!stored.rows[0].all.includes(secret.reveal()));
  assert.ok(stored.rows[0].all.includes(executionId(digest, 'do')));
}

describe('a real target with its guardrails, a real Vault', () => {
  it('scales web through /scale alone, then undoes it', async () => {
    const replicas = (await read(`${apps}/deployments/web`)).spec.replicas;
    const { digest, outcome } = await executed(scalePlan(await objects(), { web: replicas + 1 }));
    assert.equal(outcome, 'executed');
    assert.equal((await read(`${apps}/deployments/web`)).spec.replicas, replicas + 1);
    await assertNothingLeft(digest);
    assert.equal((await gateway.execute(digest, 'undo')).outcome, 'executed');
    assert.equal((await read(`${apps}/deployments/web`)).spec.replicas, replicas);
    await assertNothingLeft(digest);
  });

  it('gives web the annotated template of its earlier ReplicaSet, then undoes it', async () => {
    const web = await read(`${apps}/deployments/web`);
    const [first, second] = [await replicaSet(web, '1'), await replicaSet(web, '2')];
    const parameters = { deployment: 'web', fromReplicaSet: second, toReplicaSet: first };
    const { digest, outcome } = await executed({
      ...scalePlan(await objects(), { web: 9 }),
      action: 'undo-rollout',
      success: ['template'],
      ...propose('shop', [{ action: 'undo-rollout', parameters }], await objects()),
    });
    assert.equal(outcome, 'executed');
    const restored = await read(`${apps}/deployments/web`);
    assert.match(imageOf(restored), /:1$/);
    assert.equal(restored.metadata.annotations['airlock.dev/execution'], `${executionId(digest, 'do')}.do-1`);
    assert.equal((await gateway.execute(digest, 'undo')).outcome, 'executed');
    assert.match(imageOf(await read(`${apps}/deployments/web`)), /:2$/);
    await assertNothingLeft(digest);
  });

  it('a target with its kill switch on: fails at the dry run, writes nothing and leaves nothing', async () => {
    const limits = '/api/v1/namespaces/airlock-system/configmaps/airlock-limits';
    const { replicas } = (await read(`${apps}/deployments/db`)).spec;
    const contentType = 'application/merge-patch+json';
    const minted = impersonated(bed, 'system:serviceaccount:shop:airlock-scale-workload-00000000');
    const isScaleRefused = async (): Promise<boolean> => {
      const path = `${apps}/deployments/db/scale?dryRun=All`;
      const body = { spec: { replicas: replicas + 1 } };
      return (await minted({ method: 'PATCH', path, body, contentType })).status >= 400;
    };
    const setKillSwitch = async (value: 'on' | 'off'): Promise<void> => {
      const body = { data: { killSwitch: value } };
      assert.equal((await bed.admin({ method: 'PATCH', path: limits, body, contentType })).status, 200);
      // Admission reads its parameters through a watch.
      const what = `admission to see that the kill switch is ${value}`;
      await waitFor({ what, every: 10, within: 5_000 }, async () => (await isScaleRefused()) === (value === 'on'));
    };
    const plan = scalePlan(await objects(), { db: replicas + 1 });
    await setKillSwitch('on');
    try {
      const { digest, outcome } = await executed(plan);
      assert.equal(outcome, 'failed');
      const finished = (await gateway.journal()).findLast((record) => record.kind === 'execution.finished');
      assert.match(finished?.message ?? '', /kill switch is on/);
      assert.equal((await read(`${apps}/deployments/db`)).spec.replicas, replicas);
      await assertNothingLeft(digest);
    } finally {
      await setKillSwitch('off');
    }
  });
});

/** Creates an earlier ReplicaSet of a Deployment, as the controller would have left it. No controller runs here. */
async function replicaSet(owner: any, tag: string): Promise<string> {
  const { metadata, spec } = structuredClone(owner);
  const name = `${metadata.name}-${tag}`;
  spec.template.metadata.labels['pod-template-hash'] = tag;
  spec.template.spec.containers[0].image = imageOf(owner).replace(/:[^:]*$/, `:${tag}`);
  const ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name, uid: metadata.uid, controller: true },
  ];
  const body = {
    metadata: { name, labels: spec.template.metadata.labels, ownerReferences },
    spec: { replicas: 0, selector: { matchLabels: spec.template.metadata.labels }, template: spec.template },
  };
  const { status } = await bed.admin({ method: 'POST', path: `${apps}/replicasets`, body });
  assert.equal(status, 201);
  return name;
}

function imageOf(deployment: any): string {
  return deployment.spec.template.spec.containers[0].image;
}
