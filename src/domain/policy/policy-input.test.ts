import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { policyInput, scopeOf, type PolicySources } from './policy-input.ts';
import type { Prediction, Report } from '../rehearsal/report.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' };
const parameters = { deployment: 'cart', from: 3, to: 7 };
const precondition = { uid: 'u', digest: digestOf(1) };
const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'west',
  namespace: 'shop',
  playbook: { name: 'add-capacity', digest: digestOf('playbook') },
  action: 'scale-workload',
  steps: [{ id: 'do-1', action: 'scale-workload', parameters, precondition }],
  undo: [{ id: 'undo-1', action: 'scale-workload', parameters: { deployment: 'cart', from: 7, to: 3 }, precondition }],
  success: ['replicas', 'ready'],
  summary: 'scale',
};
const predictions: Prediction[] = [
  { object, measurement: 'replicas', value: 7, grade: 'proved', why: '' },
  { object, measurement: 'scheduled', value: 7, grade: 'proved', why: '' },
  { object, measurement: 'ready', value: 7, grade: 'modelled', why: '' },
];
const report: Report = {
  version: 'airlock-report/1',
  fidelity: 'control-plane',
  plan: digestOf(plan),
  outcome: 'safe',
  reason: 'every check passed',
  checks: [{ id: 'quota', passed: true, sentence: 'fits', details: [] }],
  predictions,
  unknowns: ['a webhook'],
  preconditions: {},
  diff: [],
  record: { seconds: 1, timeline: [], placement: {} },
};
const sources: PolicySources = {
  cluster: { name: 'west', class: 'production', namespaceClasses: { shop: 'critical' } },
  plan,
  report,
  phase: 'limited',
  lowestTier: 'low',
  now: '2026-01-01T00:00:00Z',
};

describe('policyInput', () => {
  test('contains everything that policy reads', () => {
    assert.deepEqual(policyInput(sources), {
      cluster: { name: 'west', class: 'production' },
      namespace: { name: 'shop', class: 'critical' },
      playbook: 'add-capacity',
      phase: 'limited',
      now: '2026-01-01T00:00:00Z',
      lowestTier: 'low',
      plan: { action: 'scale-workload', steps: [{ action: 'scale-workload', parameters }], undoable: true },
      report: {
        outcome: 'safe',
        fidelity: 'control-plane',
        reason: 'every check passed',
        failedChecks: [],
        unknowns: ['a webhook'],
        grades: { proved: 2, modelled: 1 },
      },
    });
  });
  test('gives a namespace without a class the class standard', () => {
    const cluster = { ...sources.cluster, namespaceClasses: { other: 'critical' } };
    assert.equal(policyInput({ ...sources, cluster }).namespace?.class, 'standard');
  });
  test('gives a namespace named like an inherited member the class standard', () => {
    const named = { ...plan, namespace: 'constructor' };
    assert.equal(policyInput({ ...sources, plan: named }).namespace?.class, 'standard');
    assert.equal(scopeOf(sources.cluster, named).namespaceClass, 'standard');
  });
  test('has no namespace for a plan on cluster-scoped objects, whose scope has a class of its own', () => {
    const { namespace: _none, ...clusterWide } = plan;
    assert.equal('namespace' in policyInput({ ...sources, plan: clusterWide }), false);
    assert.equal(scopeOf(sources.cluster, clusterWide).namespaceClass, 'cluster');
  });
  test('names a failed check', () => {
    const checks = [{ id: 'scheduled', passed: false, sentence: '2 pods have no node', details: ['0/3 nodes'] }];
    assert.deepEqual(policyInput({ ...sources, report: { ...report, checks } }).report.failedChecks, [
      { id: 'scheduled', sentence: '2 pods have no node' },
    ]);
  });
  test('is not undoable for a plan without undo', () => {
    assert.equal(policyInput({ ...sources, plan: { ...plan, undo: [], noUndo: 'why' } }).plan.undoable, false);
  });
  for (const [name, some] of [
    ['is not predicted', predictions.slice(0, 2)],
    [
      'is only unknown',
      predictions.map((one): Prediction => (one.measurement === 'ready' ? { ...one, grade: 'unknown' } : one)),
    ],
  ] as const) {
    test(`adds a failed check if a success criterion ${name}`, () => {
      const input = policyInput({ ...sources, report: { ...report, predictions: [...some] } });
      assert.deepEqual(input.report.failedChecks, [
        {
          id: 'success',
          sentence: 'the rehearsal could not predict the measurement ready, which is a success criterion',
        },
      ]);
    });
  }
});
