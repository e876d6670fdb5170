#!/usr/bin/env node
// Installs the npm packages (one of them is Node 24) if they are missing. Then runs a program of node_modules/.bin on that
// Node 24. npm scripts use this, so that they work in a fresh clone: `node bin/with-packages.mjs eslint .`
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './packages.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const [program, ...args] = process.argv.slice(2);

try {
  if (!program) throw new Error('usage: with-packages.mjs <program> [argument...]');
  await ensurePackages(checkout);
  const bin = `${checkout}/node_modules/.bin`;
  // These programs start `node` from PATH (their shebang), so PATH must begin with the installed one.
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(`${bin}/${program}`, args, { cwd: checkout, env, stdio: 'inherit' });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...how) => resolve(how));
  });
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
} catch (error) {
  process.stderr.write(`airlock: ${error.message}\n`);
  process.exitCode = 1;
}
