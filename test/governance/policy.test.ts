import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkPolicies } from '../../src/adapters/opa/check-policies.ts';
import { createPolicy } from '../../src/adapters/opa/policy.ts';
import { policyInput, type PolicyInput } from '../../src/domain/policy/policy-input.ts';
import { deployment, safeReport, scalePlan } from '../execution/fixture.ts';
import { opaProgram, policies, serveOpa } from './opa.ts';

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

/** The project's policies with one file more or changed. */
async function policiesWith(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'policies-'));
  await cp(policies, folder, { recursive: true });
  await writeFile(join(folder, name), content);
  return folder;
}

describe('policy', () => {
  it('OK: the real policies answer with a verdict', async () => {
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

  it('an undefined result, and one that is no verdict, are errors', async () => {
    for (const content of ['package other', 'package airlock\nverdict := {"allowed": true}']) {
      const folder = await mkdtemp(join(scratch, 'policies-'));
      await writeFile(join(folder, 'verdict.rego'), content);
      await using opa = await serveOpa(folder);
      await assert.rejects(createPolicy(opa.url).verdict(question()), { code: 'policy-broken', next: 'ask' });
    }
  });

  it('no server is an error that may be tried again', async () => {
    await assert.rejects(createPolicy('http://127.0.0.1:1').verdict(question()), {
      code: 'policy-unavailable',
      next: 'retry',
    });
  });
});

describe('checkPolicies', () => {
  it('OK: the real ones', async () => {
    await checkPolicies(await opaProgram(), policies);
  });

  const broken: [string, string, string, RegExp][] = [
    ['a syntax error', 'more.rego', 'package airlock\n\ndeny contains', /more\.rego:3:\d+: /],
    ['an unknown variable', 'more.rego', 'package airlock\n\nx := y', /more\.rego:3:6: var y is unsafe/],
    ['an unused import', 'more.rego', 'package airlock\n\nimport data.x\n', /more\.rego:3:1: import data\.x unused/],
    ['data that is no YAML', 'data.yaml', 'limits: [', /data\.yaml:\d+:\d+: is not YAML/],
    ['another file of data that is no JSON', 'more.json', '{', /more\.json/],
  ];
  for (const [name, file, content, message] of broken) {
    it(`refused, with file and reason: ${name}`, async () => {
      const folder = await policiesWith(file, content);
      await assert.rejects(checkPolicies(await opaProgram(), folder), { code: 'bad-input', message });
    });
  }

  const wrong: [string, string, string, string][] = [
    ['a limit that is a text', 'max_replicas: 50', 'max_replicas: many', 'limits.max_replicas'],
    ['a limit of nothing', 'max_replicas: 50', 'max_replicas: 0', 'limits.max_replicas'],
    ['a namespace that is a number', '[kube-system,', '[7,', 'protected_namespaces.0'],
    ['classes that are no list', '[critical]', 'critical', 'critical_namespace_classes'],
    ['a tier that nobody approves', 'medium: [lead, owner]', 'medium: []', 'approver_groups.medium'],
    ['a tier that is missing', '  medium: [lead, owner]\n', '', 'approver_groups.medium'],
    ['a tier that is none', 'medium:', 'middle:', 'approver_groups'],
    ['a time that is none', "'22:00'", "'24:00'", 'freeze_window.from'],
    ['a time of another form', "'06:00'", "'6am'", 'freeze_window.to'],
    ['a zone that is not known', 'Europe/Berlin', 'Nowhere/Town', 'freeze_window.zone'],
    ['a zone that is an offset', 'Europe/Berlin', "'+01:00'", 'freeze_window.zone'],
    ['a field that no rule reads', '  classes: []', '  classes: []\n  days: [sunday]', 'freeze_window'],
  ];
  for (const [name, from, to, field] of wrong) {
    it(`refused, with file, line, column and field: ${name}`, async () => {
      const data = await readFile(join(policies, 'data.yaml'), 'utf8');
      assert.ok(data.includes(from));
      const folder = await policiesWith('data.yaml', data.replace(from, to));
      const message = new RegExp(`/data\\.yaml:\\d+:\\d+: ${field.replaceAll('.', '\\.')}`);
      await assert.rejects(checkPolicies(await opaProgram(), folder), { code: 'bad-input', message });
    });
  }
  it('refused: no data', async () => {
    const folder = await policiesWith('more.rego', 'package airlock');
    await rm(join(folder, 'data.yaml'));
    const message = /data\.yaml: cannot be read/;
    await assert.rejects(checkPolicies(await opaProgram(), folder), { code: 'bad-input', message });
  });

  it('refused: no folder, no program', async () => {
    await assert.rejects(checkPolicies(await opaProgram(), join(scratch, 'none')), { code: 'bad-input' });
    await assert.rejects(checkPolicies(join(scratch, 'opa'), policies), { code: 'policy-check-failed' });
  });
});
