import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import type { Prediction, Report } from './report.ts';
import { reportMismatches } from './report-mismatches.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const ready: Prediction = {
  object,
  measurement: 'ready',
  value: 3,
  grade: 'modelled',
  why: 'pods of this template were ready',
};
const replicas: Prediction = {
  object,
  measurement: 'replicas',
  value: 3,
  grade: 'proved',
  why: 'the API server has it',
};
const signed: Report = {
  version: 'airlock-report/1',
  fidelity: 'control-plane',
  plan: digestOf('plan'),
  outcome: 'safe',
  reason: 'every check passed',
  checks: [],
  predictions: [ready, replicas],
  unknowns: ['metric-driven scaling is not rehearsed'],
  preconditions: {
    'do-1': { uid: 'u1', digest: digestOf('precondition') },
    'undo-1': { uid: 'u1', digest: digestOf('after') },
  },
  diff: [],
  record: { seconds: 3, timeline: [{ seconds: 1, event: 'loaded' }], placement: { 'web-1-a': 'node-1' } },
};

describe('reportMismatches', () => {
  test('holds with the same report', () => {
    assert.deepEqual(reportMismatches(signed, structuredClone(signed)), []);
  });
  test('holds with other times, another placement, another order of predictions', () => {
    const record = { seconds: 9, timeline: [], placement: { 'web-1-a': 'node-7' } };
    assert.deepEqual(reportMismatches(signed, { ...signed, record, predictions: [replicas, ready] }), []);
  });
  test('holds with a higher grade, one more prediction, one unknown less', () => {
    const more: Prediction = { ...ready, measurement: 'scheduled' };
    const predictions: Prediction[] = [{ ...ready, grade: 'observed' }, replicas, more];
    assert.deepEqual(reportMismatches(signed, { ...signed, predictions, unknowns: [] }), []);
  });
  test('holds with another wording of the reason', () => {
    assert.deepEqual(reportMismatches(signed, { ...signed, reason: 'all fine' }), []);
  });

  const precondition = { uid: 'u1', digest: digestOf('another') };
  const changes: [string, Partial<Report>, RegExp][] = [
    ['another plan', { plan: digestOf('other') }, /ran another plan/],
    ['an outcome that is not safe', { outcome: 'not-faithful', reason: 'it moved' }, /is not-faithful: it moved/],
    ['another fidelity', { fidelity: 'kind' }, /the fidelity was control-plane and is now kind/],
    [
      'a changed precondition',
      { preconditions: { ...signed.preconditions, 'do-1': precondition } },
      /does not confirm the precondition of step do-1/,
    ],
    [
      'a changed precondition of the undo',
      { preconditions: { ...signed.preconditions, 'undo-1': precondition } },
      /precondition of step undo-1/,
    ],
    [
      'an object that was recreated',
      { preconditions: { ...signed.preconditions, 'do-1': { ...precondition, uid: 'u2' } } },
      /step do-1/,
    ],
    ['a missing precondition', { preconditions: {} }, /step do-1/],
    ['a missing prediction', { predictions: [replicas] }, /does not predict Deployment shop\/web ready/],
    ['another value', { predictions: [{ ...ready, value: 2 }, replicas] }, /ready was 3 and is now 2/],
    ['a value of another type', { predictions: [{ ...ready, value: '3' }, replicas] }, /ready was 3/],
    ['a lower grade', { predictions: [ready, { ...replicas, grade: 'modelled' }] }, /was proved and is now modelled/],
    ['a prediction that is now unknown', { predictions: [{ ...ready, grade: 'unknown' }, replicas] }, /is now unknown/],
    [
      'a prediction about another object',
      { predictions: [{ ...ready, object: { ...object, name: 'cart' } }, replicas] },
      /the preflight rehearsal does not predict/,
    ],
    ['a new unknown', { unknowns: [...signed.unknowns, 'a webhook'] }, /new unknown: a webhook/],
  ];
  for (const [name, change, expected] of changes) {
    test(`does not hold with ${name}`, () => {
      assert.match(reportMismatches(signed, { ...signed, ...change }).join('\n'), expected);
    });
  }
});
