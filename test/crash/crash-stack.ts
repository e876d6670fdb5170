import { createMortalGateway, type MortalGateway } from '../../demo/stories/killable-gateway.ts';
import { addNode } from '../../stack/shop/releases.ts';
import { ensureParts } from '../../stack/toolchain/toolchain.ts';
import { killServer } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { restart, type Restartable } from '../../stack/process/restart.ts';
import { bootStack, checkout, type BootedStack } from '../loop/boot-stack.ts';
import { buildGates, type Gates } from './gates.ts';

/** A whole stack whose processes and servers can be killed at any stage and started again. */
export interface CrashStack extends AsyncDisposable {
  booted: BootedStack;
  gates: Gates;
  /** Its gateway reaches east by a proxy, until it was killed through that. */
  gateway: MortalGateway;
  /** Ends it at once: PostgreSQL in its "immediate" mode, which its own children follow, all others by SIGKILL. */
  kill(name: Restartable): Promise<void>;
  restart(name: Restartable): Promise<void>;
}

export const target = 'east';

export async function bootCrashStack(): Promise<CrashStack> {
  await using started = new AsyncDisposableStack();
  const options = { checkout, parts: await ensureParts(createProgress()) };
  const dossierSeconds = { low: 3600, medium: 3600, high: 3600 };
  const gateway = started.use(await createMortalGateway(target, options));
  const booted = started.use(await bootStack({ dossierSeconds, verifySeconds: 60 }, { reach: gateway.reach }));
  gateway.passTo(booted.state, booted.stage.stack);
  const gates = started.use(await buildGates(booted.folder));
  await addNode(booted.stage.admin(target)); // room for what is scaled
  const ending = started.move();
  return {
    booted,
    gates,
    gateway,
    kill: async (name) => void (await killServer(booted.state, name, name === 'postgres' ? 'SIGQUIT' : 'SIGKILL')),
    restart: (name) => restart(booted.state, name, options),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}
