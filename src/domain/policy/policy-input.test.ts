import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { policyInput, scopeOf, type PolicyFacts } from './policy-input.ts';
import type { Prediction, Report } from '../rehearsal/report.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' };
const parameters = { deployment: 'cart', from: 3, to: 7 };
const basis = { uid: 'u', digest: digestOf(1) };
const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'west',
  namespace: 'shop',
  playbook: { name: 'add-capacity', digest: digestOf('playbook') },
  action: 'scale-workload',
  steps: [{ id: 'do-1', action: 'scale-workload', parameters, basis }],
  undo: [{ id: 'undo-1', action: 'scale-workload', parameters: { deployment: 'cart', from: 7, to: 3 }, basis }],
  success: ['replicas', 'ready'],
  summary: 'scale',
};
const predictions: Prediction[] = [
  { object, fact: 'replicas', value: 7, grade: 'proved', why: '' },
  { object, fact: 'scheduled', value: 7, grade: 'proved', why: '' },
  { object, fact: 'ready', value: 7, grade: 'modelled', why: '' },
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
  bases: {},
  diff: [],
  record: { seconds: 1, timeline: [], placement: {} },
};
const facts: PolicyFacts = {
  cluster: { name: 'west', class: 'production', namespaceClasses: { shop: 'critical' } },
  plan,
  report,
  phase: 'limited',
  lowestTier: 'low',
  now: '2026-01-01T00:00:00Z',
};

describe('policyInput', () => {
  test('OK: everything that policy may ask for', () => {
    assert.deepEqual(policyInput(facts), {
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
  test('a namespace that has no class is standard', () => {
    const cluster = { ...facts.cluster, namespaceClasses: { other: 'critical' } };
    assert.equal(policyInput({ ...facts, cluster }).namespace?.class, 'standard');
  });
  test('a namespace with the name of something that every object inherits is standard', () => {
    const named = { ...plan, namespace: 'constructor' };
    assert.equal(policyInput({ ...facts, plan: named }).namespace?.class, 'standard');
    assert.equal(scopeOf(facts.cluster, named).namespaceClass, 'standard');
  });
  test('a plan on cluster-scoped objects has no namespace, and a class of its own', () => {
    const { namespace: _none, ...clusterWide } = plan;
    assert.equal('namespace' in policyInput({ ...facts, plan: clusterWide }), false);
    assert.equal(scopeOf(facts.cluster, clusterWide).namespaceClass, 'cluster');
  });
  test('a check that failed is named', () => {
    const checks = [{ id: 'scheduled', passed: false, sentence: '2 pods have no node', details: ['0/3 nodes'] }];
    assert.deepEqual(policyInput({ ...facts, report: { ...report, checks } }).report.failedChecks, [
      { id: 'scheduled', sentence: '2 pods have no node' },
    ]);
  });
  test('a plan without undo is not undoable', () => {
    assert.equal(policyInput({ ...facts, plan: { ...plan, undo: [], noUndo: 'why' } }).plan.undoable, false);
  });
  for (const [name, some] of [
    ['is not predicted', predictions.slice(0, 2)],
    [
      'is only unknown',
      predictions.map((one): Prediction => (one.fact === 'ready' ? { ...one, grade: 'unknown' } : one)),
    ],
  ] as const) {
    test(`a fact by which success is judged, and that ${name}, is a failed check`, () => {
      const input = policyInput({ ...facts, report: { ...report, predictions: [...some] } });
      assert.deepEqual(input.report.failedChecks, [
        { id: 'success', sentence: 'the rehearsal does not predict ready, by which success is judged' },
      ]);
    });
  }
});
