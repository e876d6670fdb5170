import { reachTargets } from '../../stack/airlock.ts';
import { killServer } from '../../stack/process/process.ts';
import { restart, type RestartOptions } from '../../stack/process/restart.ts';
import type { StackDescription } from '../../stack/state/description.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { startCutProxy } from './cut-proxy.ts';
import type { KillPoint } from './story.ts';

/** A stack's gateway that can be killed at a moment that only its target knows: it reaches the target by a proxy. */
export interface MortalGateway extends AsyncDisposable {
  /** What the stack is to be started with. */
  reach: Record<string, string>;
  /** Once that stack is up. */
  passTo(state: StateFolder, stack: StackDescription): void;
  /**
   * Kills it by SIGKILL when the target has finished the first change of an object by a minted identity, while the
   * answer is held back; the answer is then dropped.
   * @param object as audit.ts has it.
   */
  dieAt(object: string): Promise<KillPoint>;
  /** Starts it again. From then on it reaches the target without the proxy. */
  start(): Promise<void>;
  /** Starts it again, without the proxy, where that did not happen yet: for a stack that stays up. */
  settle(): Promise<void>;
}

/** The gateway of a stack that is still to be started. */
export async function createMortalGateway(target: string, options: RestartOptions): Promise<MortalGateway> {
  const proxy = await startCutProxy();
  let up: { state: StateFolder; url: string } | undefined;
  let settled = false;
  const running = (): { state: StateFolder; url: string } => {
    if (up) return up;
    throw new Error('the stack of this gateway is not up yet');
  };
  const start = async (): Promise<void> => {
    const { state, url } = running();
    await reachTargets(state, { [target]: url });
    await restart(state, 'gateway', options);
    settled = true;
  };
  return {
    reach: { [target]: proxy.url },
    passTo(state, stack) {
      const found = stack.targets.find(({ name }) => name === target);
      if (!found) throw new Error(`this stack has no target ${target}`);
      up = { state, url: found.url };
      proxy.passTo(found);
    },
    async dieAt(object) {
      let pid = 0;
      const { verb, auditId, at } = await proxy.cut(object, async () => {
        pid = await killServer(running().state, 'gateway');
      });
      return { process: 'gateway', pid, at, auditId, request: `${verb} ${object}` };
    },
    start,
    async settle() {
      if (settled) return;
      await killServer(running().state, 'gateway');
      await start();
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
