import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDigest, type Plan } from '../../domain/plan/plan.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import { parseReport } from './parse-report.ts';

const basis = { uid: 'u', digest: `sha256:${'0'.repeat(64)}` as const };
const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'east',
  namespace: 'shop',
  playbook: { name: 'p', digest: basis.digest },
  action: 'scale-workload',
  steps: [{ id: 'do-1', action: 'scale-workload', parameters: { deployment: 'web', from: 1, to: 2 }, basis }],
  undo: [],
  noUndo: 'a test',
  success: ['replicas'],
  summary: 's',
};
const honest: Report = {
  version: 'airlock-report/1',
  fidelity: 'control-plane',
  plan: planDigest(plan),
  outcome: 'safe',
  reason: 'everything held',
  checks: [{ id: 'scheduled', passed: true, sentence: 'every pod has a node', details: [] }],
  predictions: [
    {
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      fact: 'replicas',
      value: 2,
      grade: 'proved',
      why: 'a controller did it',
    },
  ],
  unknowns: [],
  bases: { 'do-1': basis },
  diff: [],
  record: { seconds: 1, timeline: [], placement: {} },
};

test('OK: an honest report is taken as it is', () => {
  assert.deepEqual(parseReport(honest, plan), honest);
});

test('OK: an unsafe report may have failed checks', () => {
  const checks = [{ id: 'scheduled', passed: false, sentence: 'no', details: [] }];
  assert.equal(parseReport({ ...honest, outcome: 'unsafe', checks }, plan).outcome, 'unsafe');
});

const lies: [string, unknown, RegExp][] = [
  ['no object at all', 'safe', /expected object/],
  ['nothing', undefined, /expected object/],
  ['a field that is not known', { ...honest, extra: 1 }, /extra/],
  ['another plan', { ...honest, plan: basis.digest }, /another plan/],
  [
    'safe in spite of a failed check',
    { ...honest, checks: [{ ...honest.checks[0], passed: false }] },
    /failed the check scheduled/,
  ],
  ['safe without a check', { ...honest, checks: [] }, /nothing was checked/],
  ['safe without a prediction', { ...honest, predictions: [] }, /predicts nothing/],
  ['safe without the basis of a step', { ...honest, bases: {} }, /no basis for step do-1/],
  ['a basis by prototype only', { ...honest, bases: JSON.parse('{"__proto__": {}}') as object }, /no basis/],
  ['too much of it', { ...honest, diff: Array.from({ length: 501 }, () => ({})) }, /diff/],
  [
    'a placement without end',
    { ...honest, record: { ...honest.record, placement: { a: 'x'.repeat(3_000_000) } } },
    /larger than/,
  ],
];
for (const [name, raw, why] of lies) {
  test(`refused as failed: ${name}`, () => {
    const report = parseReport(raw, plan);
    assert.equal(report.outcome, 'failed');
    assert.equal(report.plan, planDigest(plan));
    assert.match(report.reason, why);
    assert.deepEqual(report.predictions, []);
  });
}
