import { setGatewayTargetUrls } from '../../stack/airlock.ts';
import { killServer } from '../../stack/process/process.ts';
import { restartServer, type RestartOptions } from '../../stack/process/restart.ts';
import type { StackDescription } from '../../stack/state/description.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { startCutProxy } from './cut-proxy.ts';
import type { KillPoint } from './story.ts';

/**
 * The gateway of a stack, with a proxy between the gateway and one target. With the proxy the gateway can be killed
 * after the target has applied a change and before the gateway gets the response.
 */
export interface KillableGateway extends AsyncDisposable {
  /** Pass this as `gatewayTargetUrls` when the stack is started. */
  targetUrls: Record<string, string>;
  /** Tells the proxy the address of the target. Call this when the stack runs. */
  connectTo(state: StateFolder, stack: StackDescription): void;
  /**
   * Kills the gateway (SIGKILL) when the target has applied the first change of the object by an execution after this
   * call. The proxy holds the response back until the gateway is dead, and then drops the response.
   * @param object in the form of `AuditedWrite.object`, such as `deployments shop/web`.
   */
  killAtChange(object: string): Promise<KillPoint>;
  /** Starts the killed gateway again. From then on the gateway connects to the target directly. */
  start(): Promise<void>;
  /**
   * Restarts the gateway without the proxy. Does nothing if the gateway already connects to the target directly. Call
   * this if the stack keeps running after this process: the proxy ends with this process.
   */
  restartWithoutProxy(): Promise<void>;
}

/** Starts the proxy for the gateway of a stack that has not been started yet. */
export async function createKillableGateway(target: string, options: RestartOptions): Promise<KillableGateway> {
  const proxy = await startCutProxy();
  let stackOfGateway: { state: StateFolder; url: string } | undefined;
  let isDirect = false;
  const running = (): { state: StateFolder; url: string } => {
    if (stackOfGateway) return stackOfGateway;
    throw new Error('connectTo was not called: the stack of this gateway does not run yet');
  };
  const start = async (): Promise<void> => {
    const { state, url } = running();
    await setGatewayTargetUrls(state, { [target]: url });
    await restartServer(state, 'gateway', options);
    isDirect = true;
  };
  return {
    targetUrls: { [target]: proxy.url },
    connectTo(state, stack) {
      const found = stack.targets.find(({ name }) => name === target);
      if (!found) throw new Error(`the stack has no target ${target}: start a stack that has it`);
      stackOfGateway = { state, url: found.url };
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
      if (isDirect) return;
      await killServer(running().state, 'gateway');
      await start();
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
