import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkPolicies } from '../../src/adapters/opa/check-policies.ts';
import { createPolicy } from '../../src/adapters/opa/policy.ts';
import { policyInput, type PolicyInput } from '../../src/domain/policy/policy-input.ts';
import { deployment, safeReport, scalePlan } from '../execution/fixture.ts';
import { actionPolicies, opaProgram, policies, serveOpa } from './opa.ts';

let scratch: string;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'airlock-governance-'));
});
after(() => rm(scratch, { recursive: true }));

function question(): PolicyInput {
  const plan = scalePlan([deployment('web', 2)], { web: 3 });
  const report = { ...safeReport(plan), unknowns: [] };
  const cluster = { name: 'east', class: 'production', namespaceClasses: {} };
  return policyInput({ cluster, plan, report, phase: 'limited', lowestTier: 'low', now: new Date().toISOString() });
}

/** The project's policies with one file added or changed. */
async function policiesWith(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'policies-'));
  await cp(policies, folder, { recursive: true });
  await writeFile(join(folder, name), content);
  return folder;
}

describe('policy', () => {
  it('the project’s policies answer with a verdict', async () => {
    await using opa = await serveOpa();
    const verdict = await createPolicy(opa.url).verdict(question());
    assert.ok(verdict.allowed);
    assert.deepEqual([verdict.tier, verdict.obligation.approvals], ['low', 1]);
    const denied = await createPolicy(opa.url).verdict({
      ...question(),
      namespace: { name: 'kube-system', class: 'x' },
    });
    assert.equal(denied.allowed, false);
  });

  it('an undefined result and a malformed verdict are errors', async () => {
    for (const content of ['package other', 'package airlock\nverdict := {"allowed": true}']) {
      const folder = await mkdtemp(join(scratch, 'policies-'));
      await writeFile(join(folder, 'verdict.rego'), content);
      await using opa = await serveOpa([folder]);
      await assert.rejects(createPolicy(opa.url).verdict(question()), { code: 'policy-invalid', next: 'ask' });
    }
  });

  it('denies every action without a rule', async () => {
    const folder = await mkdtemp(join(scratch, 'actions-'));
    await cp(join(actionPolicies, 'undo-rollout'), join(folder, 'undo-rollout'), { recursive: true });
    for (const folders of [[policies], [policies, folder]]) {
      await checkPolicies(await opaProgram(), folders as [string, ...string[]]);
      await using opa = await serveOpa(folders);
      const verdict = await createPolicy(opa.url).verdict(question());
      assert.equal(verdict.allowed, false);
      assert.deepEqual(
        verdict.reasons.map(({ rule }) => rule),
        ['default-deny'],
      );
    }
  });

  it('an unreachable server is an error that can be retried', async () => {
    await assert.rejects(createPolicy('http://127.0.0.1:1').verdict(question()), {
      code: 'policy-unavailable',
      next: 'retry',
    });
  });
});

describe('checkPolicies', () => {
  it('accepts the project’s policies', async () => {
    await checkPolicies(await opaProgram(), [policies, actionPolicies]);
  });

  const broken: [string, string, string, RegExp][] = [
    ['a syntax error', 'more.rego', 'package airlock\n\ndeny contains', /more\.rego:3:\d+: /],
    ['an unknown variable', 'more.rego', 'package airlock\n\nx := y', /more\.rego:3:6: var y is unsafe/],
    ['an unused import', 'more.rego', 'package airlock\n\nimport data.x\n', /more\.rego:3:1: import data\.x unused/],
    ['data that is not YAML', 'data.yaml', 'limits: [', /data\.yaml:\d+:\d+: is not a valid YAML 1\.2 document/],
    ['another data file that is not JSON', 'more.json', '{', /more\.json/],
  ];
  for (const [name, file, content, message] of broken) {
    it(`refuses, with file and reason: ${name}`, async () => {
      const folder = await policiesWith(file, content);
      await assert.rejects(checkPolicies(await opaProgram(), [folder, actionPolicies]), { code: 'bad-input', message });
    });
  }

  const wrong: [string, string, string, string][] = [
    ['a limit that is a string', 'max_replicas: 50', 'max_replicas: many', 'limits.max_replicas'],
    ['a limit of zero', 'max_replicas: 50', 'max_replicas: 0', 'limits.max_replicas'],
    ['a namespace that is a number', '[kube-system,', '[7,', 'protected_namespaces.0'],
    ['classes that are not a list', '[critical]', 'critical', 'critical_namespace_classes'],
    ['a tier without approver groups', 'medium: [lead, owner]', 'medium: []', 'approver_groups.medium'],
    ['a missing tier', '  medium: [lead, owner]\n', '', 'approver_groups.medium'],
    ['an unknown tier', 'medium:', 'middle:', 'approver_groups'],
    ['an impossible time', "'22:00'", "'24:00'", 'freeze_window.from'],
    ['a malformed time', "'06:00'", "'6am'", 'freeze_window.to'],
    ['an unknown time zone', 'Europe/Berlin', 'Nowhere/Town', 'freeze_window.zone'],
    ['an offset instead of a time zone', 'Europe/Berlin', "'+01:00'", 'freeze_window.zone'],
    ['a field that no rule reads', '  classes: []', '  classes: []\n  days: [sunday]', 'freeze_window'],
  ];
  for (const [name, from, to, field] of wrong) {
    it(`refuses, with file, line, column and field: ${name}`, async () => {
      const data = await readFile(join(policies, 'data.yaml'), 'utf8');
      assert.ok(data.includes(from));
      const folder = await policiesWith('data.yaml', data.replace(from, to));
      const message = new RegExp(`/data\\.yaml:\\d+:\\d+: ${field.replaceAll('.', '\\.')}`);
      await assert.rejects(checkPolicies(await opaProgram(), [folder, actionPolicies]), { code: 'bad-input', message });
    });
  }
  it('refuses policies without data', async () => {
    const folder = await policiesWith('more.rego', 'package airlock');
    await rm(join(folder, 'data.yaml'));
    const message = /data\.yaml: cannot be read/;
    await assert.rejects(checkPolicies(await opaProgram(), [folder, actionPolicies]), { code: 'bad-input', message });
  });

  it('refuses a missing folder and a missing program', async () => {
    await assert.rejects(checkPolicies(await opaProgram(), [join(scratch, 'none'), actionPolicies]), {
      code: 'bad-input',
    });
    await assert.rejects(checkPolicies(join(scratch, 'opa'), [policies, actionPolicies]), {
      code: 'policy-check-failed',
    });
  });
});
