import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDigest, type Plan } from '../../domain/plan/plan.ts';
import type { SandboxReport } from '../../domain/rehearsal/report.ts';
import type { OwnFindings } from './own-findings.ts';
import { parseReport as parse } from './parse-report.ts';

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
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const honest: SandboxReport = {
  version: 'airlock-report/1',
  fidelity: 'control-plane',
  plan: planDigest(plan),
  outcome: 'safe',
  reason: 'everything held',
  checks: [{ id: 'scheduled', passed: true, sentence: 'every pod has a node', details: [] }],
  predictions: [
    {
      object: web,
      measurement: 'replicas',
      value: 2,
      grade: 'proved',
      why: 'a controller did it',
    },
  ],
  unknowns: ['what the metrics will say'],
  record: { seconds: 1, timeline: [], placement: {} },
};
const own: OwnFindings = {
  diff: [{ object: web, path: '/spec/replicas', before: '1', after: '2' }],
  preconditions: { 'do-1': precondition },
  unknowns: ['a webhook'],
  written: [
    { object: web, measurement: 'replicas', value: 2 },
    { object: web, measurement: 'template', value: 'sha256:own' },
  ],
};
const parseReport = (raw: unknown, found: OwnFindings = own) => parse(raw, plan, found);

function predicting(...changes: Partial<SandboxReport['predictions'][number]>[]): SandboxReport {
  return {
    ...honest,
    predictions: changes.flatMap((change) => honest.predictions.map((each) => ({ ...each, ...change }))),
  };
}

test('accepts an honest report, and adds the change, the preconditions and the unknowns of the observer', () => {
  const { diff, preconditions } = own;
  const unknowns = ['a webhook', 'what the metrics will say'];
  assert.deepEqual(parseReport(honest), { ...honest, diff, preconditions, unknowns });
});

test('a sandbox cannot leave out an unknown of the observer', () => {
  assert.deepEqual(parseReport({ ...honest, unknowns: [] }).unknowns, ['a webhook']);
});

test('accepts predictions in which an honest sandbox may differ from what the steps write', () => {
  const accepted = [
    predicting({ value: null, grade: 'unknown' }), // an autoscaler
    predicting({}, { measurement: 'template', value: 'sha256:other', grade: 'modelled' }), // another minor version
    predicting({}, { measurement: 'ready', value: 7 }), // controllers and pods decide it
  ];
  for (const report of accepted) assert.equal(parseReport(report).outcome, 'safe');
});

test('a report that is not safe needs no agreement, because such a plan is not executed', () => {
  const problem = 'Deployment shop/web was not found';
  const report = parseReport({ ...honest, outcome: 'not-faithful' }, { ...own, problem, diff: [], preconditions: {} });
  assert.equal(report.outcome, 'not-faithful');
});

test('accepts an unsafe report with failed checks', () => {
  const checks = [{ id: 'scheduled', passed: false, sentence: 'no', details: [] }];
  assert.equal(parseReport({ ...honest, outcome: 'unsafe', checks }).outcome, 'unsafe');
});

test('removes secrets from every text, keeps all other words, and leaves the diff that people approve', () => {
  const secret = 'password=hunter2 in 0/4 nodes are available';
  const shown = 'password=[removed: password] in 0/4 nodes are available';
  const line = {
    object: web,
    path: '/spec/template/spec/containers/0/args/0',
    before: null,
    after: '--password=hunter2',
  };
  const withText = (text: string): SandboxReport => ({
    ...honest,
    outcome: 'unsafe',
    reason: text,
    checks: [{ id: 'scheduled', passed: false, sentence: text, details: [text] }],
    predictions: honest.predictions.map((prediction) => ({ ...prediction, why: text })),
    unknowns: [text],
    record: { seconds: 1, timeline: [{ seconds: 1, event: text }], placement: {} },
  });
  const found = { ...own, diff: [line], unknowns: [] };
  const { preconditions } = own;
  assert.deepEqual(parseReport(withText(secret), found), { ...withText(shown), diff: [line], preconditions });
  const long = `${'x '.repeat(1_990)}password=a`;
  assert.equal(parseReport(withText(long)).reason.length, 4_000);
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
  ['a change of its own', { ...honest, diff: [] }, /diff/],
  ['preconditions of its own', { ...honest, preconditions: { 'do-1': precondition } }, /preconditions/],
  ['another number of replicas', predicting({ value: 3 }), /it predicts replicas 3 of .*, but the plan writes 2/],
  ['no number of replicas', predicting({ value: null }), /it predicts replicas null of/],
  ['another template', predicting({}, { measurement: 'template', value: 'x' }), /it predicts template x of/],
  [
    'more unknowns than a person can review',
    { ...honest, unknowns: Array.from({ length: 1_000 }, (_, index) => `unknown ${index}`) },
    /the plan has 1001 sentences about what the rehearsal could not determine, but .* at most 1000/,
  ],
  [
    'a report that is too large',
    { ...honest, record: { ...honest.record, placement: { a: 'x'.repeat(3_000_000) } } },
    /larger than/,
  ],
];
for (const [name, raw, why] of malformed) {
  test(`turns into a failed report: ${name}`, () => {
    const report = parseReport(raw);
    assert.equal(report.outcome, 'failed');
    assert.equal(report.plan, planDigest(plan));
    assert.match(report.reason, why);
    assert.deepEqual(report.predictions, []);
  });
}

const contradictions: [string, Partial<OwnFindings>, RegExp][] = [
  ['whose plan does not fit the snapshot', { problem: 'gone' }, /the plan does not fit the snapshot: gone/],
  ['of a precondition that does not hold', { preconditions: {} }, /the precondition of step do-1 does not hold/],
  [
    'of a precondition by prototype only',
    { preconditions: JSON.parse('{"__proto__": {}}') as OwnFindings['preconditions'] },
    /the precondition of step do-1/,
  ],
];
for (const [name, change, why] of contradictions) {
  test(`turns into a failed report: safe, ${name}`, () => {
    const report = parseReport(honest, { ...own, ...change });
    assert.equal(report.outcome, 'failed');
    assert.match(report.reason, why);
  });
}
