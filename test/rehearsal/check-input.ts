import { propose, type StepDraft } from '../../src/actions/propose.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { CheckInput } from '../../sandbox/report/check-input.ts';
import type { SandboxRun } from '../../sandbox/run/run-plan.ts';
import { touchedObjectsOf } from '../../sandbox/report/touched.ts';
import { deployment, namespace, pod, replicaSet } from '../objects.ts';

// Findings of a rehearsal, for tests of the pure functions that evaluate them.

export const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };

/** Deployment `web` at release 2 with two ready pods, and its first release. */
export function webObjects(): KubeObject[] {
  const counts = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2, observedGeneration: 2 };
  const live = { ...deployment('web', { release: 2 }), status: counts };
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace, uid: 'account' },
  };
  return [live, replicaSet('web', 1, 0), replicaSet('web', 2, 2), pod('web-2', 'a'), pod('web-2', 'b'), account];
}

/** A run that changed nothing, with the changes of a test. */
export function sandboxRun(change: Partial<SandboxRun> = {}): SandboxRun {
  const availability = [{ workload: web, start: 2, lowest: 2, end: 2 }];
  return { requests: [], objects: webObjects(), events: [], unsettled: [], readyPods: availability, ...change };
}

/** Findings about one step on `web`, with the changes of a test. */
export function checkInput(change: Partial<CheckInput> = {}, step: StepDraft = scaled(2, 3)): CheckInput {
  const before = change.before ?? webObjects();
  const plan: Plan = {
    version: 'airlock-plan/1',
    cluster: 'east',
    namespace,
    playbook: { name: 'by-hand', digest: `sha256:${'0'.repeat(64)}` },
    action: step.action,
    ...propose(namespace, [step], before),
    success: ['replicas'],
    summary: 'made by a test',
  };
  const snapshot = {
    version: 'airlock-snapshot/1' as const,
    cluster: 'east',
    takenAt: '2026-11-20T09:00:00Z',
    kubernetes: 'v1.35.4',
    objects: [...before],
    events: [],
    unknowns: [],
  };
  return {
    plan,
    snapshot,
    sandboxVersion: 'v1.35.4',
    touched: touchedObjectsOf(plan),
    actionRefusals: [],
    before,
    behaviours: new Map([['uid-web-2', { kind: 'ready', seconds: 1, why: 'a test says so' }]]),
    preconditions: Object.fromEntries([...plan.steps, ...plan.undo].map((one) => [one.id, one.precondition])),
    ...change,
  };
}

/** A step that scales `web`. */
export function scaled(from: number, to: number): StepDraft {
  return { action: 'scale-workload', parameters: { deployment: 'web', from, to } };
}
