import { readFile } from 'node:fs/promises';
import { createKubeClient, type KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { startControlPlane, type ControlPlane } from '../../sandbox/control-plane/control-plane.ts';
import { keptPort } from '../state/kept-port.ts';
import { startKwok } from './kwok.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { startServer } from '../process/process.ts';
import { settleAll } from '../process/settle-all.ts';
import { waitForNodes, createShop, waitForShop } from '../shop/create-shop.ts';
import type { StateFolder } from '../state/state.ts';

/** A running embedded target cluster. */
export interface Target {
  name: string;
  controlPlane: ControlPlane;
  /** Sends a request to the API server as the cluster administrator. */
  request: KubeRequester;
}

const readyDeadlineMs = 60_000;

/**
 * Starts a target cluster with simulated nodes, an audit log and the shop (the demo application). The cluster keeps its
 * data when it is stopped and started again. If this function throws, call `stopAll` to stop the servers that have
 * started.
 * @throws AirlockError `server-failed`, `wait-timeout` or `demo-shop-refused`.
 */
export async function startTarget(state: StateFolder, toolchain: Toolchain, name: string): Promise<Target> {
  const folder = await state.folder(`target-${name}`);
  const controlPlane = await startControlPlane({
    folder,
    apiPort: await keptPort(state, `target-${name}`),
    etcd: 'sockets',
    throwaway: false,
    audit: true,
    program: toolchain.program,
    start: (spec) => startServer(state, { ...spec, name: `${name}-${spec.name}`, env: { HOME: folder } }),
  });
  const { request } = createKubeClient({
    url: controlPlane.url,
    ca: await readFile(controlPlane.caFile, 'utf8'),
    token: controlPlane.adminToken,
  });
  const { kwokKubeconfigFile: kubeconfigFile } = controlPlane;
  await settleAll([
    controlPlane.startControllers(),
    startKwok(state, { program: toolchain.program('kwok'), target: name, folder, kubeconfigFile }),
    createShopOnce(state, name, request),
  ]);
  return { name, controlPlane, request };
}

/**
 * If an earlier call for this target succeeded, waits only until all nodes are Ready. Otherwise creates the shop and
 * waits until all pods of the shop are ready.
 */
async function createShopOnce(state: StateFolder, name: string, request: KubeRequester): Promise<void> {
  const markerFile = `target-${name}.opened.json`;
  if (await state.readJson(markerFile, Boolean)) {
    await waitForNodes(request, readyDeadlineMs);
    return;
  }
  await createShop(request);
  await waitForShop(request, readyDeadlineMs);
  await state.writeJson(markerFile, true);
}
