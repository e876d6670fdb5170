import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossierDigest, type Dossier } from '../../domain/approval/dossier.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import { digestOf } from '../../lib/digest.ts';
import { renderDossier } from './dossier.ts';
import { plainView } from './output.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const precondition = { uid: 'u', digest: digestOf('precondition') };
const rule = {
  apiGroups: ['apps'],
  resources: ['deployments/scale'],
  resourceNames: ['web'],
  verbs: ['patch' as const],
};
const step = (id: string, from: number, to: number) => {
  const parameters = { deployment: 'web', from, to };
  return { id, action: 'scale-workload' as const, parameters, precondition };
};

const dossier: Dossier = {
  version: 'airlock-dossier/1',
  incident: 'inc-0123456789abcdef',
  trace: 'trace-1',
  cause: { kind: 'alert', name: 'TooFewReplicas', fingerprints: ['f1'] },
  requesters: [],
  plan: {
    version: 'airlock-plan/1',
    cluster: 'east',
    namespace: 'shop',
    action: 'scale-workload',
    success: ['ready'],
    playbook: { name: 'capacity', digest: digestOf('playbook') },
    steps: [step('do-1', 2, 4)],
    undo: [step('undo-1', 4, 2)],
    summary: 'scale web from 2 to 4',
  },
  rehearsal: {
    statement: {
      version: 'airlock-statement/1',
      cluster: 'east',
      incident: 'inc-0123456789abcdef',
      takenAt: '2026-11-21T12:00:00Z',
      snapshot: digestOf('snapshot'),
      report: {
        version: 'airlock-report/1',
        fidelity: 'control-plane',
        outcome: 'safe',
        reason: 'every check passed',
        plan: digestOf('plan'),
        checks: [{ id: 'scheduled', passed: true, sentence: 'every pod has a node', details: [] }],
        predictions: [{ object, measurement: 'replicas', value: 4, grade: 'proved', why: 'the controller did it' }],
        unknowns: ['what the metrics will say'],
        preconditions: {},
        diff: [{ object, path: '/spec/replicas', before: '2', after: '4' }],
        record: { seconds: 1, timeline: [], placement: {} },
      },
    },
    signature: 'vault:v1:x',
  },
  verdict: {
    allowed: true,
    tier: 'high',
    phase: 'limited',
    execute: true,
    obligation: { approvals: 2, groups: ['lead', 'owner'], distinctGroups: true },
    reasons: [{ rule: 'critical-namespace', sentence: 'namespace shop is of class critical' }],
  },
  rules: { do: [rule], undo: [rule] },
  fieldManagers: [
    { field: '/spec/replicas', manager: 'flux', warning: 'the next apply by flux conflicts with this change' },
  ],
  createdAt: '2026-11-21T12:00:00Z',
  expiresAt: '2026-11-21T12:10:00Z',
};

test('shows everything that an approver needs', () => {
  const page = renderDossier(dossier);
  const expected = [
    /DOSSIER\n {2}opened by {11}alert TooFewReplicas, fingerprint f1\n {2}incident {12}inc-0123456789abcdef\n/,
    / {2}cluster {13}east\n {2}changes objects in {2}namespace shop\n {2}playbook {12}capacity\n/,
    / {2}rehearsed on {8}a real control plane with simulated nodes, loaded with the cluster's state at 2026-11-21T12:00:00Z\n/,
    /WHAT CHANGES\n {2}scale web from 2 to 4\n {2}step do-1: scale-workload deployment=web from=2 to=4/,
    / {2}1 changed field, none is in a pod spec:\n {2}Deployment shop\/web, fields outside pod specs:\n {2}- \/spec\/replicas: 2\n {2}\+ \/spec\/replicas: 4\n/,
    /FIELD MANAGERS OF THE CHANGED FIELDS\n {2}\/spec\/replicas: flux; the next apply by flux conflicts/,
    /PREDICTED RESULT\n {2}proved {4}Deployment shop\/web replicas = 4 \(the controller did it\)/,
    /REHEARSAL\n {2}safe: every check passed\n {2}passed {2}scheduled: every pod has a node/,
    /NOT REHEARSED\n {2}what the metrics will say/,
    /UNDO\n {2}step undo-1: scale-workload deployment=web from=4 to=2/,
    /TEMPORARY PERMISSIONS\n {2}for the plan {2}patch deployments\/scale.apps web\n {2}for the undo {2}patch deployments\/scale.apps web/,
    /POLICY\n {2}tier {14}high\n {2}trust phase {7}limited: this plan is executed only after approval\n/,
    /approvals needed {2}2 people, each of a different group \(lead or owner\); several approvals by one person count once\n/,
    /why this tier {5}namespace shop is of class critical \(rule critical-namespace\)\n/,
    /dossier created at 2026-11-21T12:00:00Z, valid until 2026-11-21T12:10:00Z/,
  ];
  for (const lines of expected) assert.match(page, lines);
  assert.ok(page.includes(`DOSSIER DIGEST\n  ${dossierDigest(dossier)}`));
});

test('shows trace and playbook digest only when wide', () => {
  const internals = [dossier.trace, dossier.plan.playbook.digest];
  const wide = renderDossier(dossier, { ...plainView, wide: true });
  for (const text of internals)
    assert.deepEqual([renderDossier(dossier).includes(text), wide.includes(text)], [false, true]);
});

test('says that requesters do not approve', () => {
  const requesters = [{ issuer: 'https://idp.example', subject: 'lea' }];
  const line =
    /requested or edited by {2}lea \(issuer https:\/\/idp.example\); requesters and editors cannot approve this dossier/;
  assert.match(renderDossier({ ...dossier, requesters }), line);
});

test('says that a plan without a namespace changes cluster-scoped objects', () => {
  const { namespace: _none, ...plan } = dossier.plan;
  assert.match(
    renderDossier({ ...dossier, plan }),
    /cluster +east\n {2}changes objects in +no namespace \(cluster-scoped objects\)\n/,
  );
});

test('says that an undo is not possible, and why', () => {
  const plan = { ...dossier.plan, undo: [], noUndo: 'a drained node stays drained' };
  assert.match(renderDossier({ ...dossier, plan }), /UNDO\n {2}NOT POSSIBLE: a drained node stays drained/);
});

test('shows the time of a restart as RFC 3339 beside the number', () => {
  const page = (at: number): string => {
    const restart = {
      ...step('do-1', 2, 4),
      action: 'restart-workload' as const,
      parameters: { deployment: 'web', at },
    };
    return renderDossier({ ...dossier, plan: { ...dossier.plan, steps: [restart] } });
  };
  assert.match(page(1_795_815_574), /restart-workload deployment=web at=1795815574 \(2026-11-27T21:39:34Z\)\n/);
  assert.match(page(1e300), /restart-workload deployment=web at=1e\+300\n/);
});

function withReport(change: Partial<Report>): Dossier {
  const { statement, signature } = dossier.rehearsal;
  const report = { ...statement.report, ...change };
  return { ...dossier, rehearsal: { statement: { ...statement, report }, signature } };
}

test('says that a value of grade unknown is not predicted', () => {
  const predictions: Report['predictions'] = [
    { object, measurement: 'replicaSet', value: null, grade: 'unknown', why: 'its name is new' },
  ];
  assert.match(
    renderDossier(withReport({ predictions })),
    / {2}unknown {3}Deployment shop\/web replicaSet is not predicted \(its name is new\)\n/,
  );
});

test('counts and shows 200 unknowns and 200 field managers', () => {
  const unknowns = Array.from({ length: 200 }, (_, index) => `unknown ${index}.`);
  const fieldManagers = unknowns.map((_, index) => ({ field: `/spec/f${index}`, manager: 'flux' }));
  const page = renderDossier({ ...withReport({ unknowns }), fieldManagers });
  assert.match(page, /\n {2}200 entries:\n/);
  assert.match(page, /\n {2}200 sentences about what the rehearsal could not determine:\n/);
  for (const text of unknowns) assert.ok(page.includes(text));
  for (const { field } of fieldManagers) assert.ok(page.includes(`  ${field}: flux\n`));
});

test('counts the failed checks and shows the sentence of each once', () => {
  const failed = { id: 'scheduled', passed: false, sentence: 'no node for 2 pods', details: ['0/4 nodes'] };
  const [passed] = dossier.rehearsal.statement.report.checks;
  const checks = passed ? [passed, failed] : [failed];
  const page = renderDossier(withReport({ outcome: 'unsafe', reason: 'no node for 2 pods (check scheduled)', checks }));
  assert.match(page, /REHEARSAL\n {2}unsafe: 1 of 2 checks failed\n/);
  assert.match(page, /FAILED {2}scheduled: no node for 2 pods\n {10}0\/4 nodes\n/);
  assert.equal(page.split('no node for 2 pods').length, 2);
});

test('explains redacted values and the annotations that the execution writes with other values', () => {
  const line = { object, before: null, after: 'hmac:v1:x', path: '/metadata/annotations/airlock.dev~1execution' };
  const page = renderDossier(withReport({ diff: [line] }));
  assert.match(page, /Values that may be secret are shown as keyed digests \(hmac:\.\.\.\)\.\n/);
  assert.match(
    page,
    /The annotations airlock\.dev\/\* above have the values of the rehearsal\. The execution will write its own values: /,
  );
});

/** A copy in which every text that is not a fixed word ends in terminal escapes and a line break. */
function hostile<T>(value: T): T {
  const text = 'x\u001b[2J\u202e\n';
  const fixed = /^(airlock-|sha256:|control-plane$|safe$|proved$|scale-workload$|alert$|high$|limited$|patch$|20)/;
  return JSON.parse(JSON.stringify(value), (_, member: unknown) =>
    typeof member === 'string' && !fixed.test(member) ? `${member}${text}` : member,
  ) as T;
}

test('no text in it acts on a terminal or starts a line of its own', () => {
  const page = renderDossier(hostile(dossier));
  assert.doesNotMatch(page, /[^\x20-\x7e\n]/);
  assert.equal(page.split('\n').length, renderDossier(dossier).split('\n').length);
});
