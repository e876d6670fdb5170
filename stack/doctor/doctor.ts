import { fileURLToPath } from 'node:url';
import { checkPostgres } from './database.ts';
import type { Finding } from './finding.ts';
import { checkLinuxNamespaces, checkMemoryAndDisk } from './machine.ts';
import { checkStateFolder } from './state-folder.ts';
import { checkGoAndTools, checkNodeAndNpm, checkPython } from './tools.ts';
import { systemUserOf } from '../state/users.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Checks whether this machine has what a stack needs. Compiles and installs nothing. If the system is not Linux, the
 * only finding says so.
 */
export async function checkMachine(): Promise<Finding[]> {
  if (process.platform !== 'linux') {
    const fix = 'use Linux: Airlock needs /proc and Linux namespaces. A virtual machine or a container is enough';
    return [{ name: 'system', ok: false, found: process.platform, fix }];
  }
  const goAndTools = await checkGoAndTools();
  const toolsMissing = goAndTools.some(({ found }) => found.startsWith('not built yet'));
  const findings = await Promise.all([
    checkNodeAndNpm(),
    Promise.resolve(goAndTools),
    checkPython().then((finding) => [finding]),
    checkMemoryAndDisk(toolsMissing),
    checkStateFolder(),
    checkLinuxNamespaces(await systemUserOf('observe', checkout)).then((finding) => [finding]),
    checkPostgres().then((finding) => [finding]),
  ]);
  return findings.flat();
}
