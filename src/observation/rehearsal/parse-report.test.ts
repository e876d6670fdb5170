import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDigest, type Plan } from '../../domain/plan/plan.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import { parseReport } from './parse-report.ts';

const precondition = { uid: 'u', digest: `sha256:${'0'.repeat(64)}` as const };
const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'east',
  namespace: 'shop',
  playbook: { name: 'p', digest: precondition.digest },
  action: 'scale-workload',
  steps: [{ id: 'do-1', action: 'scale-workload', parameters: { deployment: 'web', from: 1, to: 2 }, precondition }],
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
      measurement: 'replicas',
      value: 2,
      grade: 'proved',
      why: 'a controller did it',
    },
  ],
  unknowns: [],
  preconditions: { 'do-1': precondition },
  diff: [],
  record: { seconds: 1, timeline: [], placement: {} },
};

test('accepts an honest report unchanged', () => {
  assert.deepEqual(parseReport(honest, plan), honest);
});

test('accepts an unsafe report with failed checks', () => {
  const checks = [{ id: 'scheduled', passed: false, sentence: 'no', details: [] }];
  assert.equal(parseReport({ ...honest, outcome: 'unsafe', checks }, plan).outcome, 'unsafe');
});

const malformed: [string, unknown, RegExp][] = [
  ['a report that is not an object', 'safe', /expected object/],
  ['no report', undefined, /expected object/],
  ['an unknown field', { ...honest, extra: 1 }, /extra/],
  ['another plan', { ...honest, plan: precondition.digest }, /another plan/],
  [
    'safe with a failed check',
    { ...honest, checks: [{ ...honest.checks[0], passed: false }] },
    /the check scheduled failed/,
  ],
  ['safe without a check', { ...honest, checks: [] }, /contains no check/],
  ['safe without a prediction', { ...honest, predictions: [] }, /contains no prediction/],
  ['safe without the precondition of a step', { ...honest, preconditions: {} }, /no precondition for step do-1/],
  [
    'a precondition by prototype only',
    { ...honest, preconditions: JSON.parse('{"__proto__": {}}') as object },
    /no precondition/,
  ],
  ['too many entries', { ...honest, diff: Array.from({ length: 501 }, () => ({})) }, /diff/],
  [
    'a report that is too large',
    { ...honest, record: { ...honest.record, placement: { a: 'x'.repeat(3_000_000) } } },
    /larger than/,
  ],
];
for (const [name, raw, why] of malformed) {
  test(`turns into a failed report: ${name}`, () => {
    const report = parseReport(raw, plan);
    assert.equal(report.outcome, 'failed');
    assert.equal(report.plan, planDigest(plan));
    assert.match(report.reason, why);
    assert.deepEqual(report.predictions, []);
  });
}
