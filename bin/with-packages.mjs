#!/usr/bin/env node
// First installs the npm packages, if they are missing or differ from package-lock.json. Then runs a program of
// node_modules/.bin with the Node 24 of the npm package `node`. Example: `node bin/with-packages.mjs eslint .`
// The scripts in package.json use this file, so they work in a fresh clone.
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
  // The shebang of the programs is `#!/usr/bin/env node`. So PATH must begin with this folder, which also has Node 24.
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
