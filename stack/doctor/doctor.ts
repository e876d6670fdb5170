import { fileURLToPath } from 'node:url';
import { database } from './database.ts';
import type { Finding } from './finding.ts';
import { networkNamespace, resources } from './machine.ts';
import { stateFolder } from './state-folder.ts';
import { goAndTools, nodeAndNpm, python } from './tools.ts';
import { userOf } from '../state/users.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Checks this machine for what a stack needs, with a fix for each problem. It really creates a network namespace and runs
 * PostgreSQL as another user, but changes nothing and builds nothing. Each check takes at most 10 s.
 */
export async function doctor(): Promise<Finding[]> {
  if (process.platform !== 'linux') {
    const fix = 'use Linux, in a virtual machine or a container: Airlock needs /proc and namespaces';
    return [{ name: 'system', ok: false, found: process.platform, fix }];
  }
  const tools = goAndTools();
  const toolsMissing = (await tools).some(({ found }) => found.startsWith('not built yet'));
  const groups = await Promise.all([
    nodeAndNpm(),
    tools,
    python().then((finding) => [finding]),
    resources(toolsMissing),
    stateFolder(),
    networkNamespace(await userOf('observe', checkout)).then((finding) => [finding]),
    database().then((finding) => [finding]),
  ]);
  return groups.flat();
}
