import { propose } from '../src/actions/propose.ts';
import type { Basis, Plan } from '../src/domain/plan/plan.ts';
import type { Report } from '../src/domain/rehearsal/report.ts';
import type { Bundle, Snapshot } from '../src/domain/rehearsal/snapshot.ts';
import { describeAvailability } from './replay/availability.ts';
import { inferBehaviours } from './model/behaviours.ts';
import { canary, controllersAct } from './load/sentinel.ts';
import { Ending } from './report/early-outcome.ts';
import { differences } from './load/faithful.ts';
import type { Findings } from './report/findings.ts';
import { listAll, load } from './load/load.ts';
import { locksBite, requireLocks } from './load/guardrails.ts';
import { actionRefusals, replay, type Stage } from './replay/replay.ts';
import { endedReport, reportOf } from './report/report.ts';
import { withRestarts } from './model/restarts.ts';
import type { SandboxTools } from './tools.ts';
import { stages } from './model/stages.ts';
import { createTimeline, type Timeline } from './replay/timeline.ts';
import { touchedBy } from './report/touched.ts';
import { openWorld, type World } from './cluster-state.ts';

/** Runs a plan in a throw-away control plane that holds the snapshot, and reports what came of it. */
export async function rehearse(bundle: Bundle, tools: SandboxTools): Promise<Report> {
  const timeline = createTimeline();
  try {
    requireLocks(bundle.snapshot.objects, bundle.plan);
    return reportOf(await findingsOf(bundle, tools, timeline), timeline);
  } catch (error) {
    if (error instanceof Ending) return endedReport(bundle, error, timeline);
    throw error;
  }
}

async function findingsOf(bundle: Bundle, tools: SandboxTools, timeline: Timeline): Promise<Findings> {
  const { plan, snapshot, horizonSeconds, speed } = bundle;
  const deadlineMs = horizonSeconds * 1000;

  await using server = await tools.apiServer;
  timeline.note('etcd and the API server are ready');

  const leftOut = await load(server, [...snapshot.objects, ...canary()]);
  timeline.note(`${snapshot.objects.length} objects are loaded`);

  const behaviours = withRestarts(inferBehaviours(snapshot), plan, snapshot.objects);
  const world = await openWorld(server.admin);
  await server.startControllers(stages(behaviours, speed));
  await Promise.all([locksBite(server.admin, plan, deadlineMs), controllersAct(world, deadlineMs)]);
  timeline.note('the locks bite and the controllers act');

  await faithful(world, snapshot, deadlineMs);
  const before = await listAll(server.admin);
  timeline.note('the sandbox is what the target was');

  const touched = touchedBy(plan);
  const stage: Stage = { plan, touched, behaviours, horizonSeconds, world, server, kubernetes: tools.kubernetes };
  const refusals = actionRefusals(plan, snapshot.objects);
  const known = { plan, snapshot, kubernetes: server.version, touched, behaviours, leftOut, refusals, before };
  const findings: Findings = { ...known, bases: basesOf(plan, snapshot) };
  if (refusals.length > 0) return findings;

  const done = await replay(stage, 'do');
  timeline.note(`the plan has run: ${done.availability.map(describeAvailability).join(', ')}`);
  if (done.refusal || plan.undo.length === 0) return { ...findings, done };

  const undone = await replay(stage, 'undo');
  timeline.note(`its undo has run: ${undone.availability.map(describeAvailability).join(', ')}`);
  return { ...findings, done, undone };
}

/** @throws Ending `not-faithful` when the controllers make something else of the snapshot than the target was. */
async function faithful(world: World, snapshot: Snapshot, deadlineMs: number): Promise<void> {
  const quietMs = 300;
  await world.until(() => world.quietMs() > quietMs, deadlineMs);
  const found = differences(snapshot.objects, world.objects());
  if (found.length > 0) throw new Ending('not-faithful', `the sandbox is not what the target was: ${found.join('; ')}`);
}

/** Found in the snapshot for the first step; predicted from it for every later one and for the undo. */
function basesOf(plan: Plan, { objects }: Snapshot): Record<string, Basis> {
  const mine = objects.filter((object) => object.metadata.namespace === plan.namespace);
  const { steps, undo } = propose(plan.namespace, plan.steps, mine);
  return Object.fromEntries([...steps, ...undo].map((step) => [step.id, step.basis]));
}
