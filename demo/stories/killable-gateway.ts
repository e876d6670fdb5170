import { setGatewayTargetUrls } from '../../stack/airlock.ts';
import { killServer } from '../../stack/process/process.ts';
import { restartServer, type RestartOptions } from '../../stack/process/restart.ts';
import type { StackDescription } from '../../stack/state/description.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { startCutProxy } from './cut-proxy.ts';
import type { KillPoint } from './story.ts';

/**
 * The gateway of a stack, with a proxy between the gateway and one target. The proxy makes it possible to kill the
 * gateway after the target has applied a change and before the gateway gets the response.
 */
export interface KillableGateway extends AsyncDisposable {
  /** The URL of the proxy, by the name of the target. Start the stack with this value as `gatewayTargetUrls`. */
  targetUrls: Record<string, string>;
  /** Connects the proxy to the target. Call this when the stack has started. @throws Error if the target is unknown. */
  connectTo(state: StateFolder, stack: StackDescription): void;
  /**
   * Waits for the next change of `object` by an execution, and kills the gateway (SIGKILL) before it gets the response.
   * @param object in the form of `AuditedWrite.object`, such as `deployments shop/web`.
   * @returns the killed process and the request, after the process has ended.
   */
  killAtChange(object: string): Promise<KillPoint>;
  /** Starts the gateway again after `killAtChange`. The gateway then connects to the target directly. */
  startWithoutProxy(): Promise<void>;
  /**
   * Kills the running gateway and calls `startWithoutProxy`. Does nothing if `startWithoutProxy` was called before.
   * Call this function if the stack must run longer than this process, because the proxy ends with this process.
   */
  restartWithoutProxy(): Promise<void>;
}

/** Starts the proxy. Call this function before the stack is started, because the stack needs `targetUrls`. */
export async function createKillableGateway(target: string, options: RestartOptions): Promise<KillableGateway> {
  const proxy = await startCutProxy();
  let connected: { state: StateFolder; url: string } | undefined;
  let isDirect = false;
  const requireConnected = (): { state: StateFolder; url: string } => {
    if (connected) return connected;
    throw new Error('the proxy is not connected: start the stack and call connectTo first');
  };
  const startWithoutProxy = async (): Promise<void> => {
    const { state, url } = requireConnected();
    await setGatewayTargetUrls(state, { [target]: url });
    await restartServer(state, 'gateway', options);
    isDirect = true;
  };
  return {
    targetUrls: { [target]: proxy.url },
    connectTo(state, stack) {
      const found = stack.targets.find(({ name }) => name === target);
      if (!found) throw new Error(`the stack has no target ${target}: correct the name`);
      connected = { state, url: found.url };
      proxy.connectTo(found);
    },
    async killAtChange(object) {
      let pid = 0;
      const { verb, auditId, at } = await proxy.cutAfterChange(object, async () => {
        pid = await killServer(requireConnected().state, 'gateway');
      });
      return { process: 'gateway', pid, at, auditId, request: `${verb} ${object}` };
    },
    startWithoutProxy,
    async restartWithoutProxy() {
      if (isDirect) return;
      await killServer(requireConnected().state, 'gateway');
      await startWithoutProxy();
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
