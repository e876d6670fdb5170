import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf } from '../../src/actions/registry.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import { bundleOf, findingsOf, rehearseFor } from './rehearse-for.ts';
import { sets, snapshotOf } from './target.ts';

// Rehearsals on a real control plane. Each takes seconds, so each test covers several properties.

const undoRollout = {
  action: 'undo-rollout',
  parameters: { deployment: 'web', fromReplicaSet: sets.bad, toReplicaSet: sets.good },
} as const;
const scaleTo = (to: number) => ({ action: 'scale-workload', parameters: { deployment: 'web', from: 2, to } }) as const;

function failedChecks(report: Report): string[] {
  return report.checks.filter((check) => !check.passed).map((check) => check.id);
}

function predicted(report: Report): Record<string, unknown> {
  return Object.fromEntries(report.predictions.map(({ measurement, value, grade }) => [measurement, [value, grade]]));
}

void test('undo-rollout of a crashing release is safe, and two concurrent rehearsals agree', async () => {
  const bundle = bundleOf(await snapshotOf(), undoRollout);
  const [report, again] = await Promise.all([rehearseFor(bundle), rehearseFor(bundle)]);
  assert.equal(report.outcome, 'safe', report.reason);
  const { template: _template, ...measurements } = predicted(report);
  assert.deepEqual(measurements, {
    replicas: [2, 'proved'],
    replicaSet: [sets.good, 'proved'],
    scheduled: [2, 'proved'],
    unschedulable: [0, 'proved'],
    ready: [2, 'modelled'],
  });
  const image = report.diff.find((line) => line.path === '/spec/template/spec/containers/0/image');
  assert.deepEqual([image?.before, image?.after], ['registry.example/web:bad', 'registry.example/web:good']);
  assert.deepEqual(
    report.preconditions,
    Object.fromEntries([...bundle.plan.steps, ...bundle.plan.undo].map((s) => [s.id, s.precondition])),
  );
  assert.deepEqual(findingsOf(again), findingsOf(report));
});

void test("pods without capacity: unsafe with the scheduler's message; with one more node: safe", async () => {
  // 250m for each pod: a node of one core has capacity for four.
  const healthy = { good: 2, bad: 0 };
  const [short, enough] = await Promise.all([
    rehearseFor(bundleOf(await snapshotOf({ ...healthy, nodes: 2 }), scaleTo(10))),
    rehearseFor(bundleOf(await snapshotOf({ ...healthy, nodes: 3 }), scaleTo(10))),
  ]);
  assert.equal(short.outcome, 'unsafe');
  assert.deepEqual(failedChecks(short), ['scheduled']);
  const scheduled = short.checks.find((check) => check.id === 'scheduled');
  assert.equal(scheduled?.details.length, 2);
  assert.match(scheduled?.details[0] ?? '', new RegExp(`^${sets.good}/1: 0/2 nodes are available: 2 Insufficient cpu`));
  assert.deepEqual(predicted(short)['unschedulable'], [2, 'proved']);
  assert.equal(enough.outcome, 'safe', enough.reason);
  assert.deepEqual(predicted(enough)['scheduled'], [10, 'proved']);
});

void test('restart-workload replaces every pod, predicts the exact template, and reports that it has no undo', async () => {
  const bundle = bundleOf(await snapshotOf({ good: 2, bad: 0 }), {
    action: 'restart-workload',
    parameters: { deployment: 'web', at: 1_767_225_600 },
  });
  const report = await rehearseFor(bundle);
  assert.equal(report.outcome, 'safe', report.reason);
  const { template, ...measurements } = predicted(report) as Record<string, [string, string]>;
  const { objectsAfter } = actionOf('restart-workload');
  const input = { namespace: 'shop', parameters: bundle.plan.steps[0]?.parameters };
  const reference = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
  const [expected] = objectsAfter(input, bundle.snapshot.objects, reference);
  assert.deepEqual(template, [digestOf(expected?.['spec'].template), 'proved']);
  assert.deepEqual(measurements, {
    replicas: [2, 'proved'],
    replicaSet: [null, 'unknown'],
    scheduled: [2, 'proved'],
    unschedulable: [0, 'proved'],
    ready: [2, 'modelled'],
  });
  const undo = report.checks.find((check) => check.id === 'undo');
  assert.deepEqual(
    [undo?.passed, undo?.sentence],
    [true, `not applicable, because the plan has no undo: ${bundle.plan.noUndo}`],
  );
});

void test('cordon-node and its undo run with separate identities; the pods stay, and a controller taints the node', async () => {
  const bundle = bundleOf(await snapshotOf(), { action: 'cordon-node', parameters: { node: 'node-1' } });
  assert.equal('namespace' in bundle.plan, false);
  const report = await rehearseFor(bundle);
  assert.equal(report.outcome, 'safe', report.reason);
  assert.deepEqual(predicted(report), { cordoned: ['yes', 'proved'], tainted: ['yes', 'proved'] });
  const passed = report.checks.map(({ id, passed: did }) => [id, did]);
  for (const id of ['rbac-minimal', 'side-effects', 'undo']) assert.ok(passed.some(([one, did]) => one === id && did));
  const line = report.diff.find(({ path }) => path === '/spec/unschedulable');
  assert.deepEqual([line?.object.kind, line?.before, line?.after], ['Node', null, 'true']);
  assert.deepEqual(report.unknowns, []);
});

void test('a node that the administrator does not allow: unsafe; a target without node actions: failed', async () => {
  const cordon = { action: 'cordon-node', parameters: { node: 'node-1' } } as const;
  const strict = await snapshotOf({ allowedNodes: ['worker-*'] });
  const off = await snapshotOf({ allowedNodes: [] });
  const [report, without] = await Promise.all([
    rehearseFor(bundleOf(strict, cordon)),
    rehearseFor(bundleOf(off, cordon)),
  ]);
  assert.deepEqual(failedChecks(report), ['admission', 'undo']);
  assert.match(
    JSON.stringify(report.checks),
    /may only grant permissions of airlock-node-ceiling, for named nodes that the administrator allows/,
  );
  assert.equal(without.outcome, 'failed');
  assert.match(
    without.reason,
    /no ServiceAccount airlock-system\/airlock-node-minter.*which plans with action cordon-node need/,
  );
});

void test('a snapshot that its controllers change: not-faithful', async () => {
  const report = await rehearseFor(bundleOf(await snapshotOf({ good: 1, bad: 0, replicas: 2 }), scaleTo(3)));
  assert.equal(report.outcome, 'not-faithful');
  assert.match(report.reason, /Deployment shop\/web/);
});

void test('an identity beyond the ceiling: unsafe, naming the rule', async () => {
  const snapshot = await snapshotOf();
  const ceiling = snapshot.objects.find((object) => object.metadata.name === 'airlock-ceiling');
  assert.ok(ceiling);
  ceiling['rules'] = ceiling['rules'].filter(
    (rule: { resources: string[] }) => !rule.resources.includes('replicasets'),
  );
  const report = await rehearseFor(bundleOf(snapshot, undoRollout));
  assert.equal(report.outcome, 'unsafe');
  assert.deepEqual(failedChecks(report), ['rbac-sufficient', 'undo']);
  const details = report.checks.find((check) => check.id === 'rbac-sufficient')?.details.join();
  assert.match(details ?? '', /Resources:\["replicasets"\].*Verbs:\["get"\]/s);
  assert.doesNotMatch(JSON.stringify(findingsOf(report)), /airlock-undo-rollout-[a-z0-9]{8}/);
});

void test("a write outside the administrator's range: unsafe, with the message of the admission policy", async () => {
  const snapshot: Snapshot = await snapshotOf({ good: 2, bad: 0 });
  const report = await rehearseFor(bundleOf(snapshot, scaleTo(21)));
  assert.equal(report.outcome, 'unsafe');
  assert.deepEqual(failedChecks(report), ['admission', 'undo']);
  assert.match(JSON.stringify(report.checks), /the number of replicas is outside the administrator's range/);
});

void test('a target without the guardrails: failed, because nothing would be executed there', async () => {
  const snapshot = await snapshotOf();
  const objects = snapshot.objects.filter((object) => object.kind !== 'ValidatingAdmissionPolicy');
  const report = await rehearseFor(bundleOf({ ...snapshot, objects }, undoRollout));
  assert.equal(report.outcome, 'failed');
  assert.match(report.reason, /has no admission policy of Airlock: a cluster administrator must install/);
});
