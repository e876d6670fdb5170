#!/usr/bin/env node
// The only thing that people start. Plain JavaScript for Node >= 20: it sees to it that the npm packages are there, one
// of which is Node 24, and hands over to src/main.ts on that one. Everything that it says goes to standard error.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './packages.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const oldestNode = 20;

try {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    throw new Error(
      `Node ${process.versions.node} is too old: install Node ${oldestNode} or newer (https://nodejs.org)`,
    );
  }
  await ensurePackages(checkout);
  await handOver();
} catch (error) {
  process.stderr.write(`airlock: ${error.message}\n`);
  process.exitCode = 1;
}

/** Runs src/main.ts to its end, passes signals on to it, and ends as it ended. */
async function handOver() {
  const node = `${checkout}/node_modules/node/bin/node`;
  const child = spawn(node, [`${checkout}/src/main.ts`, ...process.argv.slice(2)], { stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  // A terminal sends ^C to the child too, which must not take it for a second one.
  process.on('SIGINT', process.stdin.isTTY ? () => {} : forward);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...how) => resolve(how));
  });
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
}
