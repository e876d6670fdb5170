import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vaultPolicies } from './policies.ts';

const policies = vaultPolicies([{ name: 'east', allowedNamespaces: ['shop'] }]);
const paths = (text: string): string[] => [...text.matchAll(/^path "(.+)" \{$/gm)].map(([, path]) => path ?? '');

test('the gateway may write Vault roles only for the allowed namespaces and the registered actions', () => {
  assert.match(policies.gateway, /"allowed_kubernetes_namespaces" = \["shop"\]/);
  assert.match(policies.gateway, /"name_template" = \["airlock-undo-rollout-\{\{random 8 \| lowercase\}\}",/);
});

test('reasoning may only look up, renew and revoke its own token', () => {
  assert.ok(paths(policies.reason).every((path) => path.startsWith('auth/token/') && path.endsWith('-self')));
});

const revocations = ['exec', 'node'].map((kind) => `sys/leases/revoke-prefix/k8s-east-${kind}/creds/exec-*`);

test('no policy has a path of a config, a wildcard beyond its own roles, or sudo beyond the revocations of the sweeper', () => {
  for (const [process, text] of Object.entries(policies)) {
    for (const path of paths(text)) {
      assert.ok(!path.includes('config'), path);
      assert.ok(!path.startsWith('*') && !path.includes('+'), path);
      const own = {
        gateway: ['/roles/exec-*', '/creds/exec-*', 'airlock-checkpoints/*'],
        observe: ['/creds/reader/*'],
      }[process];
      if (path.endsWith('*'))
        assert.ok(
          own?.some((end) => path.endsWith(end)),
          path,
        );
    }
    const sudo = paths(
      text
        .split('\n\n')
        .filter((rule) => rule.includes('"sudo"'))
        .join('\n'),
    );
    assert.deepEqual(sudo, process === 'gateway' ? revocations : []);
  }
});

test('parameters that would give out existing identities are denied by name', () => {
  const rule = (mount: string) =>
    policies.gateway.split('\n\n').find((text) => text.includes(`"k8s-east-${mount}/roles/exec-*"`)) ?? '';
  const denied = (mount: string) => [...(rule(mount).split('denied_parameters')[1] ?? '').matchAll(/"(\w+)" = \[\]/g)];
  assert.deepEqual(
    denied('exec').map(([, name]) => name),
    ['service_account_name', 'kubernetes_role_name', 'kubernetes_role_type'],
  );
  assert.deepEqual(
    denied('node').map(([, name]) => name),
    ['service_account_name', 'kubernetes_role_name'],
  );
  assert.match(rule('node'), /required_parameters = .*"kubernetes_role_type"/);
  assert.match(rule('node'), /"kubernetes_role_type" = \["ClusterRole"\]/);
});

for (const [key, signer] of [
  ['report', 'observe'],
  ['checkpoint', 'gateway'],
]) {
  test(`only ${String(signer)} may sign a ${String(key)}`, () => {
    const signers = Object.entries(policies).filter(([, text]) => paths(text).includes(`transit/sign/${String(key)}`));
    assert.deepEqual(
      signers.map(([process]) => process),
      [signer],
    );
  });
}

test('each process but reason may replace the secret ids of its own role, without parameters, and of no other role', () => {
  for (const [process, text] of Object.entries(policies)) {
    const own = `auth/approle/role/airlock-remediation-${process}`;
    const rules = paths(text).filter((path) => path.startsWith('auth/approle/'));
    const allowed = process === 'reason' ? [] : [`${own}/secret-id`, `${own}/secret-id-accessor/destroy`];
    assert.deepEqual(rules, allowed);
    const rule = text.split('\n\n').find((each) => each.includes(`"${own}/secret-id"`));
    if (process !== 'reason') assert.match(rule ?? '', /denied_parameters = \{\n {4}"\*" = \[\]\n {2}\}/);
  }
});
