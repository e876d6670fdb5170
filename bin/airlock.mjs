#!/usr/bin/env node
// The command `airlock`, in plain JavaScript for Node >= 20. First this script installs the npm packages, if they are
// missing or differ from package-lock.json. Then it runs src/main.ts with a Node >= 24: the one that runs this script, or
// the one from npm (bin/node.mjs). The script prints its own messages to standard error.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findNode } from './node.mjs';
import { ensurePackages } from './packages.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const oldestMajorVersion = 20;

try {
  if (Number(process.versions.node.split('.')[0]) < oldestMajorVersion) {
    throw new Error(
      `Node ${process.versions.node} is too old: install Node ${oldestMajorVersion} or newer (https://nodejs.org)`,
    );
  }
  await ensurePackages(checkout);
  await runMain(await findNode(checkout));
} catch (error) {
  process.stderr.write(`airlock: ${error.message}\n`);
  process.exitCode = 1;
}

/**
 * Runs src/main.ts in a child process with the given Node and forwards signals to the child. This script then ends with
 * the exit code of the child. If a signal killed the child, the exit code is 128 plus the number of the signal.
 */
async function runMain(node) {
  const child = spawn(node, [`${checkout}/src/main.ts`, ...process.argv.slice(2)], { stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  // On ^C, a terminal sends SIGINT to this script and to the child. The child must not receive SIGINT twice.
  process.on('SIGINT', process.stdin.isTTY ? () => {} : forward);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...codeAndSignal) => resolve(codeAndSignal));
  });
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
}
