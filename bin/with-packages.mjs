#!/usr/bin/env node
// First this script installs the npm packages, if they are missing or differ from package-lock.json. Then it runs a
// program of node_modules/.bin with a Node >= 24 (bin/node.mjs).
// Example: `node bin/with-packages.mjs eslint .`
// Most scripts in package.json, such as `npm run lint`, use this file. So these scripts work in a fresh clone.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node.mjs';
import { ensurePackages } from './packages.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const [program, ...args] = process.argv.slice(2);

try {
  if (!program) throw new Error('usage: with-packages.mjs <program> [argument...]');
  await ensurePackages(checkout);
  const programs = `${checkout}/node_modules/.bin`;
  const node = await findNode(checkout);
  // Programs with the shebang `#!/usr/bin/env node` use the first `node` on PATH. `programs` contains no `node`.
  const env = { ...process.env, PATH: [programs, dirname(node), process.env.PATH ?? ''].join(delimiter) };
  const command = program === 'node' ? node : `${programs}/${program}`;
  const child = spawn(command, args, { cwd: checkout, env, stdio: 'inherit' });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...codeAndSignal) => resolve(codeAndSignal));
  });
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
} catch (error) {
  process.stderr.write(`airlock: ${error.message}\n`);
  process.exitCode = 1;
}
