import type { TestContext } from 'node:test';
import { undecided, type KillPoint } from './kill-points.ts';
import type { CrashStack } from './crash-stack.ts';
import { strikeAt } from './moments.ts';
import { scalingOf, type Scaling } from './scaling.ts';
import type { Restartable } from '../../stack/process/restart.ts';

/** What an incident went through. */
export interface Survivor {
  incident: Scaling;
  /** Folders that killed rehearsals wrote to. */
  scratch: string[];
}

/**
 * Takes one incident from its alert to its end and kills at each point on the way, one subtest each; what was killed is
 * started again at once. The way stands still between two points only where a point's moment asks for it.
 */
export async function survive(t: TestContext, stack: CrashStack, points: readonly KillPoint[]): Promise<Survivor> {
  const incident = scalingOf(stack);
  const strikes = points.map((point) => strikeAt(stack, incident, point));
  const scratch: string[] = [];
  const starting = new Map<KillPoint['kill'], Promise<unknown>>();
  let approving: Promise<void> | undefined;
  await strikes[0]?.prepare();
  await incident.begin();
  for (const [index, point] of points.entries()) {
    if (!undecided.includes(point.at)) approving ??= approval(incident);
    let passed = false;
    await t.test(`${point.kill} is killed: ${point.at}`, async () => {
      const strike = strikes[index];
      await strike?.reached();
      scratch.push(...((await strike?.strike()) ?? []));
      const { kill } = point;
      if (kill === 'postgres') await stack.restart(kill); // without it nothing else can be arranged
      await strikes[index + 1]?.prepare();
      await strike?.release();
      if (kill !== 'postgres' && isServer(kill)) starting.set(kill, begun(stack, kill));
      passed = true;
    });
    if (!passed) throw new Error('what comes after this point cannot be tried');
  }
  await (approving ?? approval(incident));
  await incident.has('incident.closed');
  for (const problem of await Promise.all(starting.values())) if (problem) throw problem;
  return { incident, scratch };
}

/** A person who decides while the incident goes on; what fails is told to whoever waits for it. */
function approval(incident: Scaling): Promise<void> {
  const approving = incident.approve();
  approving.catch(() => undefined);
  return approving;
}

function isServer(kill: KillPoint['kill']): kill is Restartable {
  return kill !== 'runner' && kill !== 'control plane';
}

/** A start that is killed in its midst, by the next point, fails; only the last one counts. */
function begun(stack: CrashStack, name: Restartable): Promise<unknown> {
  return stack.restart(name).then(
    () => undefined,
    (error: unknown) => error,
  );
}
