import { readFile } from 'node:fs/promises';
import { createKubeRequest } from '../../clusters/guardrails/install/https-request.ts';
import type { KubeRequest } from '../../clusters/guardrails/install/kube-request.ts';
import { startControlPlane, type ControlPlane } from '../../sandbox/control-plane/control-plane.ts';
import { keptPort } from '../state/kept-port.ts';
import { startKwok } from './kwok.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { startServer } from '../process/process.ts';
import { settleAll } from '../process/settle-all.ts';
import { waitForNodes, createShop, waitForShop } from '../shop/create-shop.ts';
import type { StateFolder } from '../state/state.ts';

/** One embedded cluster that runs: what its owner holds. */
export interface Target {
  name: string;
  controlPlane: ControlPlane;
  /** Calls its API server as the cluster's admin: for the owner's set-up, and for fixtures as outside people. */
  request: KubeRequest;
}

const settleDeadlineMs = 60_000;

/**
 * Starts a cluster with simulated nodes, an audit log and the shop, and resolves when all pods of the shop are ready.
 * On a state folder that has the cluster already it starts that one again, with its data, once its nodes are ready. What runs when this throws
 * is on record for `stopAll`.
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
  const request = createKubeRequest({
    url: controlPlane.url,
    ca: await readFile(controlPlane.caFile, 'utf8'),
    token: controlPlane.adminToken,
  });
  const { kwokKubeconfigFile: kubeconfigFile } = controlPlane;
  await settleAll([
    controlPlane.startControllers(),
    startKwok(state, { program: toolchain.program('kwok'), target: name, folder, kubeconfigFile }),
    openOnce(state, name, request),
  ]);
  return { name, controlPlane, request };
}

/** The shop of a cluster that is started again is as it was left, whatever people have done to it. */
async function openOnce(state: StateFolder, name: string, request: KubeRequest): Promise<void> {
  const file = `target-${name}.opened.json`;
  if (await state.readJson(file, Boolean)) {
    await waitForNodes(request, settleDeadlineMs);
    return;
  }
  await createShop(request);
  await waitForShop(request, settleDeadlineMs);
  await state.writeJson(file, true);
}
