import { setGatewayTargetUrls } from '../../stack/airlock.ts';
import { killServer } from '../../stack/process/process.ts';
import { restartServer, type RestartOptions } from '../../stack/process/restart.ts';
import type { StackDescription } from '../../stack/state/description.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { startCutProxy } from './cut-proxy.ts';
import type { KillPoint } from './story.ts';

/**
 * The gateway of a stack, killed between a change in its target and the target's answer. It connects to the target through
 * a proxy, which knows that moment.
 */
export interface KillableGateway extends AsyncDisposable {
  /** `gatewayTargetUrls` for the start of the stack. */
  targetUrls: Record<string, string>;
  /** Must be called once the stack runs. */
  connectTo(state: StateFolder, stack: StackDescription): void;
  /**
   * Kills the gateway by SIGKILL when the target has applied the first change of the object by a minted identity. The
   * proxy holds the answer back meanwhile and then drops it.
   * @param object As in `AuditedWrite`.
   */
  killAtChange(object: string): Promise<KillPoint>;
  /** Starts the killed gateway again. From then on it connects to the target directly. */
  start(): Promise<void>;
  /** Restarts the gateway unless it already connects directly: for a stack that keeps running after this process. */
  restartWithoutProxy(): Promise<void>;
}

/** Starts the proxy for the gateway of a stack that has not been started yet. */
export async function createKillableGateway(target: string, options: RestartOptions): Promise<KillableGateway> {
  const proxy = await startCutProxy();
  let up: { state: StateFolder; url: string } | undefined;
  let direct = false;
  const running = (): { state: StateFolder; url: string } => {
    if (up) return up;
    throw new Error('connectTo was not called: the stack of this gateway does not run yet');
  };
  const start = async (): Promise<void> => {
    const { state, url } = running();
    await setGatewayTargetUrls(state, { [target]: url });
    await restartServer(state, 'gateway', options);
    direct = true;
  };
  return {
    targetUrls: { [target]: proxy.url },
    connectTo(state, stack) {
      const found = stack.targets.find(({ name }) => name === target);
      if (!found) throw new Error(`the stack has no target ${target}`);
      up = { state, url: found.url };
      proxy.connectTo(found);
    },
    async killAtChange(object) {
      let pid = 0;
      const { verb, auditId, at } = await proxy.cutAfterChange(object, async () => {
        pid = await killServer(running().state, 'gateway');
      });
      return { process: 'gateway', pid, at, auditId, request: `${verb} ${object}` };
    },
    start,
    async restartWithoutProxy() {
      if (direct) return;
      await killServer(running().state, 'gateway');
      await start();
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
