import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { deniedByVault, done, mint, mintRefusedBy, rule, untilRefused, vaultRole } from './attempt.ts';
import type { Environment } from './environment.ts';

const web = [rule('deployments', ['web'])];
const minter = { policy: 'airlock-exec-minter' };

/** What the gateway can mint, and what it cannot: each refusal by the guardrail that is responsible for it. */
export async function grantCases(t: TestContext, { vault, as, admin, minters, state }: Environment): Promise<void> {
  const { gateway } = vault;
  const roleRefused = (name: string, change: Record<string, unknown>) =>
    t.test(`Vault refuses a role with ${name}`, () =>
      deniedByVault(gateway.write('k8s-east-exec/roles/exec-bad', vaultRole('undo-rollout', web, change))),
    );
  const mintRefused = (name: string, says: string, role: object) =>
    t.test(`admission on the minter refuses ${name}`, () => mintRefusedBy({ ...minter, says }, mint(gateway, role)));

  await t.test('a grant reaches its object and no other, and ends with its revocation', async () => {
    const { lease, account, token, role } = await mint(gateway, vaultRole('undo-rollout', web));
    assert.match(account, /^airlock-undo-rollout-[a-z0-9]{8}$/);
    const grant = as(token);
    const path = '/apis/apps/v1/namespaces/shop/deployments';
    done(await grant({ method: 'GET', path: `${path}/web` }));
    assert.equal((await grant({ method: 'GET', path: `${path}/db` })).status, 403);
    assert.equal((await grant({ method: 'GET', path })).status, 403);
    assert.equal((await grant({ method: 'GET', path: '/api/v1/namespaces/shop/secrets/shop-database' })).status, 403);
    await gateway.write(`sys/leases/revoke/${lease}`, { sync: true });
    await gateway.delete(`k8s-east-exec/roles/${role}`);
    await untilRefused(() => grant({ method: 'GET', path: `${path}/web` }));
    assert.deepEqual(await leftovers(admin, account), []);
  });
  await t.test('the sweeper revokes a grant whose lease id is lost', async () => {
    const { account, role } = await mint(gateway, vaultRole('undo-rollout', web));
    assert.ok((await gateway.read('k8s-east-exec/roles?list=true')).data.keys.includes(role));
    await gateway.write(`sys/leases/revoke-prefix/k8s-east-exec/creds/${role}`, {});
    assert.deepEqual(await leftovers(admin, account), []);
  });

  await roleRefused('service_account_name', { service_account_name: 'app', generated_role_rules: undefined });
  await roleRefused('service_account_name beside rules', { service_account_name: 'app' });
  await roleRefused('kubernetes_role_name', { kubernetes_role_name: 'cluster-admin' });
  await roleRefused('kubernetes_role_type', { kubernetes_role_type: 'ClusterRole' });
  await roleRefused('namespace kube-system', { allowed_kubernetes_namespaces: ['kube-system'] });
  await roleRefused('kube-system beside an allowed namespace', { allowed_kubernetes_namespaces: 'shop,kube-system' });
  await roleRefused('every namespace', { allowed_kubernetes_namespaces: ['*'] });
  await roleRefused('a namespace selector', { allowed_kubernetes_namespace_selector: '{"matchLabels":{}}' });
  await roleRefused('another name template', { name_template: 'innocent-{{random 8 | lowercase}}' });
  await roleRefused('no name template', { name_template: undefined });
  await roleRefused('the name of a system account', { name_template: 'airlock-read-{{random 8 | lowercase}}' });
  await t.test("Vault refuses the gateway the mount's config, and roles and credentials of others", async () => {
    await deniedByVault(gateway.read('k8s-east-exec/config'));
    await deniedByVault(gateway.write('k8s-east-exec/config', { kubernetes_host: 'https://127.0.0.1:1' }));
    await deniedByVault(gateway.write('k8s-east-exec/roles/other', vaultRole('undo-rollout', web)));
    await deniedByVault(
      gateway.write('k8s-east-read/creds/reader', {
        kubernetes_namespace: 'airlock-system',
        cluster_role_binding: true,
      }),
    );
    await deniedByVault(gateway.write('k8s-east-read/roles/reader', vaultRole('undo-rollout', web)));
    await deniedByVault(gateway.write('sys/leases/revoke-prefix/k8s-east-read/creds/reader', {}));
  });

  const tokens = { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['app'], verbs: ['create'] };
  const bindings = {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['rolebindings'],
    resourceNames: ['x'],
    verbs: ['create'],
  };
  const rules = 'may only grant rules that have resourceNames';
  await mintRefused("the minter's right to tokens", rules, vaultRole('undo-rollout', [tokens]));
  await mintRefused("the minter's right to bindings", rules, vaultRole('undo-rollout', [bindings]));
  await mintRefused('a rule without object names', rules, vaultRole('undo-rollout', [rule('deployments', [])]));
  await mintRefused(
    'a token that lives for a day',
    'a token may live',
    vaultRole('undo-rollout', web, { token_default_ttl: '86400s', token_max_ttl: '86400s' }),
  );
  const beyond = {
    'the right to delete': rule('deployments', ['web'], ['delete']),
    'every right': { apiGroups: ['*'], resources: ['*'], resourceNames: ['web'], verbs: ['*'] },
    'more than to read ReplicaSets': rule('replicasets', ['web-1'], ['patch']),
    'the right to read Secrets': {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['shop-database'],
      verbs: ['get'],
    },
  };
  for (const [name, beyondIt] of Object.entries(beyond)) {
    await t.test(`the ceiling refuses ${name}`, () =>
      mintRefusedBy('rbac', mint(gateway, vaultRole('undo-rollout', [beyondIt]))),
    );
  }

  await t.test("Vault's audit log contains every mint and no token", async () => {
    const { role } = await mint(gateway, vaultRole('undo-rollout', web));
    const audit = await readFile(`${state.path}/vault/audit.log`, 'utf8');
    assert.ok(audit.includes(`k8s-east-exec/creds/${role}"`));
    for (const secret of [minters.exec, minters.read]) assert.ok(!audit.includes(secret.reveal()));
  });
}

/** The paths at which the target still has an object of a mint. */
async function leftovers(admin: Environment['admin'], name: string): Promise<string[]> {
  const paths = [
    '/api/v1/namespaces/shop/serviceaccounts',
    ...['roles', 'rolebindings'].map((kind) => `/apis/rbac.authorization.k8s.io/v1/namespaces/shop/${kind}`),
  ];
  const answers = await Promise.all(
    paths.map(async (path) => ((await admin({ method: 'GET', path: `${path}/${name}` })).status === 404 ? [] : [path])),
  );
  return answers.flat();
}
