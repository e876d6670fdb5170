import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { allowedNodesPattern } from '../../src/actions/guardrails/node-guardrail.ts';
import { guardrailManifests } from './manifests.ts';
import { chartTemplateFile, chartValuesFile, renderChart } from './render-chart.ts';
import { parseGuardrailValues, readGuardrailValues } from './values.ts';

test('the committed chart is the rendering of its values', async () => {
  const committed = await readFile(chartTemplateFile, 'utf8');
  assert.equal(
    committed,
    renderChart(await readGuardrailValues(chartValuesFile)),
    'run: node clusters/guardrails/render-chart.ts',
  );
  assert.doesNotMatch(committed, /\{\{/, 'Helm would evaluate it as a template');
});

test('the chart contains the manifests and nothing else', async () => {
  const values = await readGuardrailValues(chartValuesFile);
  const documents = parseAllDocuments(renderChart(values)).map((document) => document.toJS());
  assert.deepEqual(documents, JSON.parse(JSON.stringify(guardrailManifests(values))));
});

test('a protected namespace cannot be allowed', async () => {
  const values = await readGuardrailValues(chartValuesFile);
  for (const name of ['kube-system', 'airlock-system']) {
    assert.throws(() => parseGuardrailValues({ ...values, allowedNamespaces: ['shop', name] }), {
      code: 'bad-input',
      message: `allowedNamespaces.1: ${name} is a protected namespace: remove this entry`,
    });
  }
});

test('values that could end a CEL string are refused', async () => {
  const values = await readGuardrailValues(chartValuesFile);
  for (const wrong of [{ allowedNamespaces: ["shop'] || true || ['"] }, { undoTemplateLabels: ["a' || 'b"] }]) {
    assert.throws(() => parseGuardrailValues({ ...values, ...wrong }), { code: 'bad-input' });
  }
});

test('an empty range, an unknown field and a missing field are refused by name', async () => {
  const values = await readGuardrailValues(chartValuesFile);
  assert.throws(() => parseGuardrailValues({ ...values, minReplicas: 9, maxReplicas: 3 }), {
    details: { field: 'minReplicas' },
  });
  assert.throws(() => parseGuardrailValues({ ...values, extra: 1 }), { code: 'bad-input' });
  assert.throws(() => parseGuardrailValues({ allowedNamespaces: ['shop'] }), { details: { field: 'minReplicas' } });
});

test('allowed nodes are names with *, and no regular expressions', async () => {
  const values = await readGuardrailValues(chartValuesFile);
  const matches = (allowedNodes: string[], name: string) => new RegExp(allowedNodesPattern(allowedNodes)).test(name);
  assert.ok(matches(['worker-*'], 'worker-7.example') && matches(['a', 'b.c'], 'b.c'));
  assert.ok(!matches(['worker-*'], 'my-worker-7') && !matches(['b.c'], 'bxc') && !matches(['a'], 'ab'));
  for (const wrong of ["a' || 'b", 'A', '', '^a', 'a|b']) {
    assert.throws(() => parseGuardrailValues({ ...values, allowedNodes: [wrong] }), {
      details: { field: 'allowedNodes.0' },
    });
  }
});

test('without allowed nodes nothing for node actions is installed', async () => {
  const values = await readGuardrailValues(chartValuesFile);
  const named = (allowedNodes: string[]) =>
    guardrailManifests({ ...values, allowedNodes }).filter(({ metadata }) => metadata.name.startsWith('airlock-node-'));
  assert.ok(named(['*']).length > 0);
  assert.deepEqual(named([]), []);
  const identities = guardrailManifests({ ...values, allowedNodes: [] }).find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === 'airlock-identities',
  );
  assert.doesNotMatch(JSON.stringify(identities?.['spec']), /UPDATE \/nodes/);
});
