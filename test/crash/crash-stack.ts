import { createKillableGateway, type KillableGateway } from '../../demo/stories/killable-gateway.ts';
import { addNode } from '../../stack/shop/releases.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { killServer } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { restartServer, type RestartableServer } from '../../stack/process/restart.ts';
import { bootStack, checkout, type BootedStack } from '../loop/boot-stack.ts';
import { installJournalGates, type JournalGates } from './journal-gates.ts';

/** A stack whose processes and servers a test can kill at any stage and start again. */
export interface CrashStack extends AsyncDisposable {
  booted: BootedStack;
  gates: JournalGates;
  /** Its gateway connects to east through a proxy until the proxy has killed it. */
  gateway: KillableGateway;
  /**
   * Ends the process at once, by SIGKILL; PostgreSQL by SIGQUIT, its "immediate" shutdown, because SIGKILL would leave
   * its child processes behind.
   */
  kill(name: RestartableServer): Promise<void>;
  restart(name: RestartableServer): Promise<void>;
}

export const target = 'east';

export async function bootCrashStack(): Promise<CrashStack> {
  await using started = new AsyncDisposableStack();
  const options = { checkout, toolchain: await ensureToolchain(createProgress()) };
  const dossierSeconds = { low: 3600, medium: 3600, high: 3600 };
  const gateway = started.use(await createKillableGateway(target, options));
  const booted = started.use(
    await bootStack({ dossierSeconds, verifySeconds: 60 }, { gatewayTargetUrls: gateway.targetUrls }),
  );
  gateway.connectTo(booted.state, booted.client.stack);
  const gates = started.use(await installJournalGates(booted.folder));
  await addNode(booted.client.admin(target)); // room for the additional pods
  const disposables = started.move();
  return {
    booted,
    gates,
    gateway,
    async kill(name) {
      await killServer(booted.state, name, name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    },
    restart: (name) => restartServer(booted.state, name, options),
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  };
}
