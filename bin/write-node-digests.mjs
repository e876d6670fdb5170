// Writes bin/node-digests.json: for each npm package with a Node binary, the SHA-256 digest of the binary. The script
// fetches each package with npm, and refuses a package whose digest is not the one in package-lock.json.
// `npm run node:digests` runs this file. Run it after each change of the version of Node.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const { packages } = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'));
const folder = await mkdtemp(join(tmpdir(), 'airlock-node-digests-'));
try {
  const digests = {};
  for (const name of Object.keys(packages[''].optionalDependencies).sort()) digests[name] = await digestsOf(name);
  await writeFile(new URL('node-digests.json', import.meta.url), `${JSON.stringify(digests, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true });
}

/** Returns the digest of the package, as in package-lock.json, and the digest of the binary in it. */
async function digestsOf(name) {
  const { version, integrity } = packages[`node_modules/${name}`];
  const args = ['pack', `${name}@${version}`, '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse((await run('npm', args)).stdout);
  const archive = join(folder, filename);
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== integrity) {
    throw new Error(`npm delivers another ${name}@${version} (${found}) than package-lock.json pins (${integrity})`);
  }
  const options = { encoding: 'buffer', maxBuffer: 1024 ** 3 };
  const { stdout: binary } = await run('tar', ['-xzOf', archive, 'package/bin/node'], options);
  return { integrity, sha256: createHash('sha256').update(binary).digest('hex') };
}
