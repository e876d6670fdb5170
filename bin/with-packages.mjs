#!/usr/bin/env node
// First this script installs the npm packages, if they are missing or differ from package-lock.json. Then it runs a
// program of node_modules/.bin with the Node 24 from the npm package `node`.
// Example: `node bin/with-packages.mjs eslint .`
// Most scripts in package.json, such as `npm run lint`, use this file. So these scripts work in a fresh clone.
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
  const programs = `${checkout}/node_modules/.bin`;
  // Programs with the shebang `#!/usr/bin/env node` use the first `node` on PATH. The `node` in this folder is Node 24.
  const env = { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(`${programs}/${program}`, args, { cwd: checkout, env, stdio: 'inherit' });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...codeAndSignal) => resolve(codeAndSignal));
  });
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
} catch (error) {
  process.stderr.write(`airlock: ${error.message}\n`);
  process.exitCode = 1;
}
