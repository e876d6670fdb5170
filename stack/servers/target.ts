import { readFile } from 'node:fs/promises';
import { createKubeClient, type KubeRequest } from '../../src/platform/kubernetes/kube-client.ts';
import { startControlPlane, type ControlPlane } from '../../sandbox/control-plane/control-plane.ts';
import { keptPort } from '../state/kept-port.ts';
import { startKwok } from './kwok.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { startServer } from '../process/process.ts';
import { settleAll } from '../process/settle-all.ts';
import { waitForNodes, createShop, waitForShop } from '../shop/create-shop.ts';
import type { StateFolder } from '../state/state.ts';

/** A running embedded target cluster, with the access of its administrator. */
export interface Target {
  name: string;
  controlPlane: ControlPlane;
  /**
   * Sends requests to the API server as the administrator. The stack sets the cluster up with these requests. Demo
   * stories and tests send requests to change the cluster as people other than Airlock would.
   */
  request: KubeRequest;
}

const settleDeadlineMs = 60_000;

/**
 * Starts a target cluster with simulated nodes, an audit log and the shop (the demo application). The first start
 * creates the shop and waits until all its pods are ready. A later start keeps the data of the cluster, and waits only
 * until all nodes are Ready. If this function throws, call `stopAll` to stop the servers that have started.
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

/** Creates the shop and waits for its pods, if no earlier call succeeded. Otherwise waits only for the nodes. */
async function createShopOnce(state: StateFolder, name: string, request: KubeRequest): Promise<void> {
  const file = `target-${name}.opened.json`;
  if (await state.readJson(file, Boolean)) {
    await waitForNodes(request, settleDeadlineMs);
    return;
  }
  await createShop(request);
  await waitForShop(request, settleDeadlineMs);
  await state.writeJson(file, true);
}
