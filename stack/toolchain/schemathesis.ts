import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AirlockError } from '../../src/lib/error.ts';
import { withLock } from '../state/lock.mjs';
import type { Progress } from '../progress.ts';
import { cacheFolder } from './cache-folder.ts';
import { findPython, runPython, type Python } from './python.ts';

const requirements = fileURLToPath(new URL('../../tools/schemathesis/requirements.txt', import.meta.url));
const draftSuffix = '.installing';

/** How to start schemathesis, a test program for HTTP APIs. The caller appends further arguments to `args`. */
export interface Schemathesis {
  command: string;
  args: readonly string[];
  env: { PYTHONPATH: string };
}

/**
 * Installs schemathesis from PyPI into the tool cache, unless schemathesis is already there. The name of the cache
 * folder contains a digest of the Python build and of tools/schemathesis/requirements.txt. Installs into a temporary
 * folder, and moves the packages to the cache folder at the end. So an interrupted installation leaves no incomplete
 * cache folder.
 * @throws AirlockError `python-missing`, `python-too-old` or `schemathesis-install-failed`.
 */
export async function ensureSchemathesis(progress: Progress): Promise<Schemathesis> {
  const python = await findPython();
  const pins = await readFile(requirements);
  const hash = createHash('sha256').update(python.build).update(pins).digest('hex').slice(0, 16);
  const folder = join(cacheFolder(), `schemathesis-${hash}`);
  await mkdir(cacheFolder(), { recursive: true });
  const onWait = (pid: number): void => progress.step(`waiting: process ${String(pid)} is installing schemathesis`);
  await withLock(`${folder}.lock`, onWait, async () => {
    if ((await readdir(folder).catch(() => [])).length > 0) return;
    progress.step('installing schemathesis from PyPI, once for this machine');
    await removeDrafts(folder);
    await install(python, folder);
  });
  return { command: python.command, args: ['-m', 'schemathesis.cli'], env: { PYTHONPATH: folder } };
}

async function install(python: Python, folder: string): Promise<void> {
  const draft = `${folder}.${randomBytes(4).toString('hex')}${draftSuffix}`;
  await mkdir(draft);
  try {
    const command = await commandWithPip(python, join(draft, 'venv'));
    await runPython(command, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-input',
      '--disable-pip-version-check',
      '--root-user-action=ignore',
      '--require-hashes',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--target',
      join(draft, 'packages'),
      '--requirement',
      requirements,
    ]);
    await rename(join(draft, 'packages'), folder);
  } catch (error) {
    const message = `schemathesis could not be installed: check the network and pip's configuration, then try again. The error is:\n${(error as Error).message}`;
    throw new AirlockError({ code: 'schemathesis-install-failed', message }, { cause: error });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Returns the command of a Python that has pip. If the given Python has no pip (as on Debian), creates a virtual
 * environment in the folder `venv`, and returns the command of its Python.
 */
async function commandWithPip({ command }: Python, venv: string): Promise<string> {
  const hasPip = await runPython(command, ['-m', 'pip', '--version']).then(
    () => true,
    () => false,
  );
  if (hasPip) return command;
  await runPython(command, ['-m', 'venv', venv]);
  return join(venv, 'bin', 'python3');
}

/** Removes the temporary folders of interrupted installations. The caller holds the lock, so nobody is installing. */
async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(dirname(folder))).filter(
    (name) => name.startsWith(`${basename(folder)}.`) && name.endsWith(draftSuffix),
  );
  await Promise.all(drafts.map((name) => rm(join(dirname(folder), name), { recursive: true, force: true })));
}
