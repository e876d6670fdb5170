import type { TestContext } from 'node:test';
import { undecided, type KillPoint } from './kill-points.ts';
import type { CrashStack } from './crash-stack.ts';
import { killAt } from './kill-at.ts';
import { scaleUpIncident, type ScaleUpIncident } from './scale-up-incident.ts';
import type { RestartableServer } from '../../stack/process/restart.ts';

/** An incident that ended although processes were killed on its way. */
export interface SurvivedIncident {
  incident: ScaleUpIncident;
  /** Folders that killed rehearsals wrote to. */
  scratch: string[];
}

/**
 * Takes one incident from its alert to its end and kills at each point, one subtest per point. A killed server starts
 * again at once. The incident is paused only where the moment of a point needs it.
 */
export async function runWithKills(
  t: TestContext,
  stack: CrashStack,
  points: readonly KillPoint[],
): Promise<SurvivedIncident> {
  const incident = scaleUpIncident(stack);
  const kills = points.map((point) => killAt(stack, incident, point));
  const scratch: string[] = [];
  const restarts = new Map<KillPoint['kill'], Promise<unknown>>();
  let approving: Promise<void> | undefined;
  await kills[0]?.prepare();
  await incident.begin();
  for (const [index, point] of points.entries()) {
    if (!undecided.includes(point.at)) approving ??= startApproving(incident);
    let passed = false;
    await t.test(`${point.kill} is killed: ${point.at}`, async () => {
      const kill = kills[index];
      const killed = point.kill;
      await kill?.reached();
      scratch.push(...((await kill?.kill()) ?? []));
      if (killed === 'postgres') await stack.restart(killed); // the next gate cannot close without the database
      await kills[index + 1]?.prepare();
      await kill?.release();
      if (killed !== 'postgres' && isServer(killed)) restarts.set(killed, restartProblem(stack, killed));
      passed = true;
    });
    if (!passed) throw new Error(`the points after ${point.kill} at ${point.at} did not run`);
  }
  await (approving ?? startApproving(incident));
  await incident.has('incident.closed');
  for (const problem of await Promise.all(restarts.values())) if (problem) throw problem;
  return { incident, scratch };
}

/** Approves while the incident goes on. A failure is not an unhandled rejection: it reaches the caller that awaits it. */
function startApproving(incident: ScaleUpIncident): Promise<void> {
  const approving = incident.approve();
  approving.catch(() => undefined);
  return approving;
}

function isServer(kill: KillPoint['kill']): kill is RestartableServer {
  return kill !== 'runner' && kill !== 'control plane';
}

/**
 * Restarts a server and resolves with the error, if any. The next point can kill a server that is still starting, which
 * fails that start: only the last start of each server must succeed.
 */
function restartProblem(stack: CrashStack, name: RestartableServer): Promise<unknown> {
  return stack.restart(name).then(
    () => undefined,
    (error: unknown) => error,
  );
}
