import { propose } from '../src/actions/propose.ts';
import type { Precondition, Plan } from '../src/domain/plan/plan.ts';
import type { Report } from '../src/domain/rehearsal/report.ts';
import type { Bundle, Snapshot } from '../src/domain/rehearsal/snapshot.ts';
import { describeReadyPods } from './run/ready-pods.ts';
import { inferBehaviours } from './model/behaviours.ts';
import { sentinel, waitForControllers } from './load/sentinel.ts';
import { EarlyOutcome } from './report/early-outcome.ts';
import { differences } from './load/faithful.ts';
import type { CheckInput } from './report/check-input.ts';
import { listAll, load } from './load/load.ts';
import { waitUntilEnforced, requireGuardrails } from './load/guardrails.ts';
import { actionRefusals, runPlan, type RunContext } from './run/run-plan.ts';
import { earlyReport, reportOf } from './report/report.ts';
import { withRestarts } from './model/restarts.ts';
import type { SandboxTools } from './tools.ts';
import { stages } from './model/stages.ts';
import { createTimeline, type Timeline } from './run/timeline.ts';
import { touchedBy } from './report/touched.ts';
import { watchClusterState, type ClusterState } from './cluster-state.ts';

/** Loads the snapshot into a throw-away control plane, runs the plan there, and reports what the plan did. */
export async function rehearse(bundle: Bundle, tools: SandboxTools): Promise<Report> {
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

  const leftOut = await load(server, [...snapshot.objects, ...sentinel()]);
  timeline.add(`${snapshot.objects.length} objects are loaded`);

  const behaviours = withRestarts(inferBehaviours(snapshot), plan, snapshot.objects);
  const clusterState = await watchClusterState(server.admin);
  await server.startControllers(stages(behaviours, speed));
  await Promise.all([waitUntilEnforced(server.admin, plan, deadlineMs), waitForControllers(clusterState, deadlineMs)]);
  timeline.add('the guardrails are enforced and the controllers act');

  await requireFaithful(clusterState, snapshot, deadlineMs);
  const before = await listAll(server.admin);
  timeline.add('the sandbox is in the state of the target');

  const touched = touchedBy(plan);
  const context: RunContext = {
    plan,
    touched,
    behaviours,
    horizonSeconds,
    clusterState,
    server,
    kubernetes: tools.kubernetes,
  };
  const refusals = actionRefusals(plan, snapshot.objects);
  const input: CheckInput = {
    plan,
    snapshot,
    kubernetes: server.version,
    touched,
    behaviours,
    leftOut,
    refusals,
    before,
    preconditions: preconditionsOf(plan, snapshot),
  };
  if (refusals.length > 0) return input;

  const planRun = await runPlan(context, 'do');
  timeline.add(`the plan has run: ${planRun.readyPods.map(describeReadyPods).join(', ')}`);
  if (planRun.refusal || plan.undo.length === 0) return { ...input, planRun };

  const undoRun = await runPlan(context, 'undo');
  timeline.add(`the undo has run: ${undoRun.readyPods.map(describeReadyPods).join(', ')}`);
  return { ...input, planRun, undoRun };
}

/**
 * Waits until the controllers change nothing more, and compares the sandbox with the target.
 * @throws EarlyOutcome `not-faithful` if the two differ.
 */
async function requireFaithful(clusterState: ClusterState, snapshot: Snapshot, deadlineMs: number): Promise<void> {
  const quietMs = 300;
  await clusterState.waitUntil(() => clusterState.quietMs() > quietMs, deadlineMs);
  const found = differences(snapshot.objects, clusterState.objects());
  if (found.length === 0) return;
  throw new EarlyOutcome('not-faithful', `the sandbox differs from the target: ${found.join('; ')}`);
}

/**
 * Computes the precondition of each step and each undo step, by step id. For the first step, the state is the snapshot.
 * For each later step, the state is the predicted state after the steps before.
 */
function preconditionsOf(plan: Plan, { objects }: Snapshot): Record<string, Precondition> {
  const inNamespace = objects.filter((object) => object.metadata.namespace === plan.namespace);
  const { steps, undo } = propose(plan.namespace, plan.steps, inNamespace);
  return Object.fromEntries([...steps, ...undo].map((step) => [step.id, step.precondition]));
}
