import { fileURLToPath } from 'node:url';
import { checkDatabase } from './database.ts';
import type { Finding } from './finding.ts';
import { checkLinuxNamespaces, checkMemoryAndDisk } from './machine.ts';
import { checkStateFolder } from './state-folder.ts';
import { checkGoAndTools, checkNodeAndNpm, checkPython } from './tools.ts';
import { userOf } from '../state/users.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Checks whether this machine has what a stack needs, and returns a fix for each problem. The checks compile and
 * install nothing. Most programs are only asked for their version. One program runs in new namespaces, as a rehearsal
 * does.
 */
export async function checkMachine(): Promise<Finding[]> {
  if (process.platform !== 'linux') {
    const fix = 'use Linux, in a virtual machine or a container: Airlock needs /proc and namespaces';
    return [{ name: 'system', ok: false, found: process.platform, fix }];
  }
  const tools = checkGoAndTools();
  const toolsMissing = (await tools).some(({ found }) => found.startsWith('not built yet'));
  const groups = await Promise.all([
    checkNodeAndNpm(),
    tools,
    checkPython().then((finding) => [finding]),
    checkMemoryAndDisk(toolsMissing),
    checkStateFolder(),
    checkLinuxNamespaces(await userOf('observe', checkout)).then((finding) => [finding]),
    checkDatabase().then((finding) => [finding]),
  ]);
  return groups.flat();
}
