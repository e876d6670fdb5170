import { fileURLToPath } from 'node:url';
import { database } from './database.ts';
import type { Finding } from './finding.ts';
import { networkNamespace, resources } from './machine.ts';
import { stateFolder } from './state-folder.ts';
import { goAndParts, nodeAndNpm, python } from './tools.ts';
import { userOf } from '../state/users.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * What is missing or wrong on this machine and how to mend it. Tries things for real (a network namespace, PostgreSQL
 * as another user), changes nothing and builds nothing; each look takes 10 s at most.
 */
export async function doctor(): Promise<Finding[]> {
  if (process.platform !== 'linux') {
    const mend =
      'use Linux, in a virtual machine or a container: processes are known by /proc and sandboxes by namespaces';
    return [{ name: 'system', ok: false, found: process.platform, mend }];
  }
  const tools = goAndParts();
  const partsMissing = (await tools).some(({ found }) => found.startsWith('not there yet'));
  const groups = await Promise.all([
    nodeAndNpm(),
    tools,
    python().then((finding) => [finding]),
    resources(partsMissing),
    stateFolder(),
    networkNamespace(await userOf('observe', checkout)).then((finding) => [finding]),
    database().then((finding) => [finding]),
  ]);
  return groups.flat();
}
