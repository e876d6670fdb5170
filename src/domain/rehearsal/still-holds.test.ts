import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import type { Prediction, Report } from './report.ts';
import { stillHolds } from './still-holds.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const ready: Prediction = {
  object,
  fact: 'ready',
  value: 3,
  grade: 'modelled',
  why: 'pods of this template were ready',
};
const replicas: Prediction = { object, fact: 'replicas', value: 3, grade: 'proved', why: 'the API server has it' };
const signed: Report = {
  version: 'airlock-report/1',
  fidelity: 'control-plane',
  plan: digestOf('plan'),
  outcome: 'safe',
  reason: 'every check passed',
  checks: [],
  predictions: [ready, replicas],
  unknowns: ['metric-driven scaling is not rehearsed'],
  bases: { 'do-1': { uid: 'u1', digest: digestOf('basis') }, 'undo-1': { uid: 'u1', digest: digestOf('after') } },
  diff: [],
  record: { seconds: 3, timeline: [{ seconds: 1, event: 'loaded' }], placement: { 'web-1-a': 'node-1' } },
};

describe('stillHolds', () => {
  test('OK: the same report', () => {
    assert.deepEqual(stillHolds(signed, structuredClone(signed)), []);
  });
  test('OK: other times, another placement, another order of predictions', () => {
    const record = { seconds: 9, timeline: [], placement: { 'web-1-a': 'node-7' } };
    assert.deepEqual(stillHolds(signed, { ...signed, record, predictions: [replicas, ready] }), []);
  });
  test('OK: a stronger grade, one prediction more, one unknown less', () => {
    const more: Prediction = { ...ready, fact: 'scheduled' };
    const predictions: Prediction[] = [{ ...ready, grade: 'observed' }, replicas, more];
    assert.deepEqual(stillHolds(signed, { ...signed, predictions, unknowns: [] }), []);
  });
  test('OK: a reason put in other words', () => {
    assert.deepEqual(stillHolds(signed, { ...signed, reason: 'all fine' }), []);
  });

  const basis = { uid: 'u1', digest: digestOf('another') };
  const changes: [string, Partial<Report>, RegExp][] = [
    ['another plan', { plan: digestOf('other') }, /ran another plan/],
    ['an outcome that is not safe', { outcome: 'not-faithful', reason: 'it moved' }, /is not-faithful: it moved/],
    ['another fidelity', { fidelity: 'kind' }, /fidelity is kind, signed was control-plane/],
    ['a changed basis', { bases: { ...signed.bases, 'do-1': basis } }, /basis of step do-1 changed/],
    ['a changed basis of the undo', { bases: { ...signed.bases, 'undo-1': basis } }, /basis of step undo-1/],
    ['an object that was made anew', { bases: { ...signed.bases, 'do-1': { ...basis, uid: 'u2' } } }, /step do-1/],
    ['a basis that is missing', { bases: {} }, /step do-1/],
    ['a prediction that is gone', { predictions: [replicas] }, /prediction gone: Deployment shop\/web ready/],
    ['another value', { predictions: [{ ...ready, value: 2 }, replicas] }, /ready was 3, is now 2/],
    ['a value of another type', { predictions: [{ ...ready, value: '3' }, replicas] }, /ready was 3/],
    ['a lower grade', { predictions: [ready, { ...replicas, grade: 'modelled' }] }, /was proved, is now modelled/],
    ['a prediction that is now unknown', { predictions: [{ ...ready, grade: 'unknown' }, replicas] }, /is now unknown/],
    [
      'a prediction about another object',
      { predictions: [{ ...ready, object: { ...object, name: 'cart' } }, replicas] },
      /prediction gone/,
    ],
    ['a new unknown', { unknowns: [...signed.unknowns, 'a webhook'] }, /new unknown: a webhook/],
  ];
  for (const [name, change, expected] of changes) {
    test(`does not hold with ${name}`, () => {
      assert.match(stillHolds(signed, { ...signed, ...change }).join('\n'), expected);
    });
  }
});
