import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { ownerManifests } from './manifests.ts';
import { chartTemplate, chartValues, renderChart } from './render-chart.ts';
import { allowedNodeNames, parseOwnerValues, readOwnerValues } from './values.ts';

test('OK: the committed chart is what its values render to', async () => {
  const committed = await readFile(chartTemplate, 'utf8');
  assert.equal(
    committed,
    renderChart(await readOwnerValues(chartValues)),
    'run: node clusters/guardrails/render-chart.ts',
  );
  assert.doesNotMatch(committed, /\{\{/, 'Helm would take it for a template');
});

test('OK: the rendering is the manifests, and nothing else', async () => {
  const values = await readOwnerValues(chartValues);
  const documents = parseAllDocuments(renderChart(values)).map((document) => document.toJS());
  assert.deepEqual(documents, JSON.parse(JSON.stringify(ownerManifests(values))));
});

test('a protected namespace cannot be allowed', async () => {
  const values = await readOwnerValues(chartValues);
  for (const name of ['kube-system', 'airlock-system']) {
    assert.throws(() => parseOwnerValues({ ...values, allowedNamespaces: ['shop', name] }), {
      code: 'bad-input',
      message: `allowedNamespaces.1: ${name} is a protected namespace: Airlock never acts there`,
    });
  }
});

test('values that could break out of a CEL string are refused', async () => {
  const values = await readOwnerValues(chartValues);
  for (const wrong of [{ allowedNamespaces: ["shop'] || true || ['"] }, { undoTemplateLabels: ["a' || 'b"] }]) {
    assert.throws(() => parseOwnerValues({ ...values, ...wrong }), { code: 'bad-input' });
  }
});

test('an empty range, an unknown field and a missing one are refused by name', async () => {
  const values = await readOwnerValues(chartValues);
  assert.throws(() => parseOwnerValues({ ...values, minReplicas: 9, maxReplicas: 3 }), {
    details: { field: 'minReplicas' },
  });
  assert.throws(() => parseOwnerValues({ ...values, extra: 1 }), { code: 'bad-input' });
  assert.throws(() => parseOwnerValues({ allowedNamespaces: ['shop'] }), { details: { field: 'minReplicas' } });
});

test('OK: node names are patterns of the owner, and no more', async () => {
  const values = await readOwnerValues(chartValues);
  const matches = (allowedNodes: string[], name: string) =>
    new RegExp(allowedNodeNames({ ...values, allowedNodes })).test(name);
  assert.ok(matches(['worker-*'], 'worker-7.example') && matches(['a', 'b.c'], 'b.c'));
  assert.ok(!matches(['worker-*'], 'my-worker-7') && !matches(['b.c'], 'bxc') && !matches(['a'], 'ab'));
  for (const wrong of ["a' || 'b", 'A', '', '^a', 'a|b']) {
    assert.throws(() => parseOwnerValues({ ...values, allowedNodes: [wrong] }), {
      details: { field: 'allowedNodes.0' },
    });
  }
});

test('without allowed nodes nothing of node actions is installed', async () => {
  const values = await readOwnerValues(chartValues);
  const named = (allowedNodes: string[]) =>
    ownerManifests({ ...values, allowedNodes }).filter(({ metadata }) => metadata.name.startsWith('airlock-node-'));
  assert.ok(named(['*']).length > 0);
  assert.deepEqual(named([]), []);
  const identities = ownerManifests({ ...values, allowedNodes: [] }).find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === 'airlock-identities',
  );
  assert.doesNotMatch(JSON.stringify(identities?.['spec']), /UPDATE \/nodes/);
});
