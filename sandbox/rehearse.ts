import { propose } from '../src/actions/propose.ts';
import type { Precondition, Plan } from '../src/domain/plan/plan.ts';
import type { SandboxReport } from '../src/domain/rehearsal/report.ts';
import type { Bundle, Snapshot } from '../src/domain/rehearsal/snapshot.ts';
import { describeReadyPods } from './run/ready-pods.ts';
import { inferBehaviours } from './model/behaviours.ts';
import { sentinelObjects, waitForControllers } from './load/sentinel.ts';
import { EarlyOutcome } from './report/early-outcome.ts';
import { differencesFromTarget } from './load/faithful.ts';
import type { CheckInput } from './report/check-input.ts';
import { listAll, load } from './load/load.ts';
import { waitUntilGuardrailsEnforced, requireGuardrails } from './load/guardrails.ts';
import { actionRefusals, runPlan, type RunContext, type SandboxRun } from './run/run-plan.ts';
import { earlyReport, reportOf } from './report/report.ts';
import { withRestarts } from './model/restarts.ts';
import type { SandboxTools } from './tools.ts';
import { renderStages } from './model/stages.ts';
import { createTimeline, type Timeline } from './run/timeline.ts';
import { touchedObjectsOf } from './report/touched.ts';
import { watchClusterState, type ClusterState } from './cluster-state.ts';

/**
 * Loads the snapshot into a temporary control plane, and runs the plan and its undo there.
 * @returns the report, also if the rehearsal ended early with an `EarlyOutcome`.
 */
export async function rehearse(bundle: Bundle, tools: SandboxTools): Promise<SandboxReport> {
  const timeline = createTimeline();
  try {
    requireGuardrails(bundle.snapshot.objects, bundle.plan);
    return reportOf(await runRehearsal(bundle, tools, timeline), timeline);
  } catch (error) {
    if (error instanceof EarlyOutcome) return earlyReport(bundle, error, timeline);
    throw error;
  }
}

async function runRehearsal(bundle: Bundle, tools: SandboxTools, timeline: Timeline): Promise<CheckInput> {
  const { plan, snapshot, horizonSeconds, speed } = bundle;
  const deadlineMs = horizonSeconds * 1000;

  await using server = await tools.apiServer;
  timeline.add('etcd and the API server are ready');

  await load(server, [...snapshot.objects, ...sentinelObjects()]);
  timeline.add(`${snapshot.objects.length} objects are loaded`);

  const behaviours = withRestarts(inferBehaviours(snapshot), plan, snapshot.objects);
  const clusterState = await watchClusterState(server.admin);
  await server.startControllers(renderStages(behaviours, speed));
  await Promise.all([
    waitUntilGuardrailsEnforced(server.admin, plan, deadlineMs),
    waitForControllers(clusterState, deadlineMs),
  ]);
  timeline.add('the guardrails are enforced and the controllers act');

  await requireFaithful(clusterState, snapshot, deadlineMs);
  const before = await listAll(server.admin);
  timeline.add('the sandbox is in the state of the target');

  const touched = touchedObjectsOf(plan);
  const context: RunContext = {
    plan,
    touched,
    behaviours,
    horizonSeconds,
    clusterState,
    server,
    createKubernetesApi: tools.createKubernetesApi,
  };
  const refusals = actionRefusals(plan, snapshot.objects);
  const input: CheckInput = {
    plan,
    snapshot,
    sandboxVersion: server.version,
    touched,
    behaviours,
    actionRefusals: refusals,
    before,
    preconditions: preconditionsOf(plan, snapshot),
  };
  if (refusals.length > 0) return input;

  const planRun = await runPlan(context, 'do');
  timeline.add(describeRun('plan', planRun));
  if (planRun.refusal || plan.undo.length === 0) return { ...input, planRun };

  const undoRun = await runPlan(context, 'undo');
  timeline.add(describeRun('undo', undoRun));
  return { ...input, planRun, undoRun };
}

function describeRun(what: 'plan' | 'undo', { refusal, readyPods }: SandboxRun): string {
  return [`the ${what} ${refusal ? 'was refused' : 'has run'}`, ...readyPods.map(describeReadyPods)].join('; ');
}

/**
 * Waits until no workload or pod has changed for 300 ms, but at most `deadlineMs`. Then compares the sandbox with the
 * target.
 * @throws EarlyOutcome `not-faithful` if the sandbox differs from the target.
 */
async function requireFaithful(clusterState: ClusterState, snapshot: Snapshot, deadlineMs: number): Promise<void> {
  await clusterState.waitUntil(() => clusterState.quietMs() > 300, deadlineMs);
  const differences = differencesFromTarget(snapshot.objects, clusterState.objects());
  if (differences.length === 0) return;
  throw new EarlyOutcome('not-faithful', `the sandbox differs from the target: ${differences.join('; ')}`);
}

/**
 * Computes the preconditions of the steps and the undo steps again, from the snapshot. The keys of the result are the
 * ids of the steps.
 */
function preconditionsOf(plan: Plan, { objects }: Snapshot): Record<string, Precondition> {
  const inScope = objects.filter((object) => object.metadata.namespace === plan.namespace);
  const { steps, undo } = propose(plan.namespace, plan.steps, inScope);
  return Object.fromEntries([...steps, ...undo].map((step) => [step.id, step.precondition]));
}
