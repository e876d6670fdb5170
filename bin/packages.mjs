// Plain JavaScript, because this file must run on Node 20. The packages that it installs include Node 24, which can run
// TypeScript.
import { spawn } from 'node:child_process';
import { readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../stack/state/lock.mjs';
import { reviewedScriptsHaveRun, runReviewedScripts } from './install-scripts.mjs';
import { neededNodePackage } from './node.mjs';

/** If standard error is a terminal, the progress line is replaced after this time. */
const terminalPeriodMs = 1_000;
/** If standard error is not a terminal, a new progress line is printed after this time. */
const logPeriodMs = 30_000;
/** Moves the cursor to the start of the terminal line and erases the line. */
const eraseLine = '\r\u001b[K';
/** An error shows the end of npm's output: at most this many characters. */
const shownCharacters = 4_000;
/** These options override the user's own configuration of npm. */
const installCommand = [
  'ci',
  '--ignore-scripts',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--fetch-retry-mintimeout=2000',
];
/** The file to which the link node_modules/.bin/airlock points, relative to the folder of the link. */
const linkTarget = '../../bin/airlock.mjs';

/**
 * Installs the npm packages if they are missing or differ from package-lock.json. Then makes sure that the link for
 * `npx airlock` exists. If two processes call this function at the same time, one installs and the other waits. If an
 * installation was interrupted, the next call of this function installs again.
 */
export async function ensurePackages(checkout) {
  if (!(await isInstalled(checkout))) {
    const onWait = (pid) => say(`waiting: process ${pid} is already installing the npm packages of this checkout`);
    await withLock(join(checkout, '.airlock', 'install.lock'), onWait, async () => {
      if (!(await isInstalled(checkout))) await install(checkout);
    });
  }
  await ensureLink(checkout);
  // npm creates this link for the package with Node 24. `npm run` puts the folder first on PATH, so without this line
  // `npm run` would run that Node before bin/node.mjs has checked it.
  await rm(join(checkout, 'node_modules', '.bin', 'node'), { force: true });
}

/**
 * Returns true if the installed packages are exactly those of package-lock.json and the reviewed install scripts have
 * run. Only optional packages may be missing, but not the needed package with Node 24. `npm ci` deletes node_modules
 * first. The last step of `npm ci` is to write node_modules/.package-lock.json. So this file is missing after an
 * interrupted installation.
 */
async function isInstalled(checkout) {
  const [locked, installed, nodePackage] = await Promise.all([
    readPackages(join(checkout, 'package-lock.json'), 'restore this file with git'),
    readInstalled(checkout),
    neededNodePackage(checkout),
  ]);
  if (locked === undefined)
    throw new Error(
      `${checkout}/package-lock.json is missing: this checkout is incomplete. Clone the repository again`,
    );
  if (installed === undefined || !(await reviewedScriptsHaveRun(checkout, installed))) return false;
  const same = (name) =>
    installed[name]?.version === locked[name]?.version && installed[name]?.integrity === locked[name]?.integrity;
  // package-lock.json also lists optional packages for other platforms. npm does not install these packages.
  const nodeFolder = `node_modules/${nodePackage}`;
  const needed = Object.keys(locked).filter((name) => name !== '' && (!locked[name].optional || name === nodeFolder));
  return needed.every(same) && Object.keys(installed).every(same);
}

/** Returns the packages that a lock file of npm lists; undefined if the file is missing. */
async function readPackages(file, advice) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read (${error.message}): ${advice} and try again`);
  }
}

function readInstalled(checkout) {
  return readPackages(join(checkout, 'node_modules', '.package-lock.json'), 'delete the folder node_modules');
}

async function install(checkout) {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const task = 'installing the npm packages, including Node 24';
  const isTerminal = process.stderr.isTTY;
  const showProgress = () => {
    const line = `${task} (${elapsed()})`;
    process.stderr.write(isTerminal ? `${eraseLine}${line}` : `${line}\n`);
  };
  showProgress();
  const timer = setInterval(showProgress, isTerminal ? terminalPeriodMs : logPeriodMs);
  try {
    await npm(checkout, installCommand);
    await runReviewedScripts(checkout, await readInstalled(checkout));
  } finally {
    clearInterval(timer);
    if (isTerminal) process.stderr.write(eraseLine);
  }
  say(`${task}: done in ${elapsed()}`);
}

async function npm(checkout, args) {
  // `npm run` sets npm_execpath to the path of npm's own script, npm-cli.js. Outside `npm run`, use the npm on PATH.
  const script = process.env.npm_execpath;
  const [command, firstArgs] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const child = spawn(command, [...firstArgs, ...args], { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  // `failure` removes text from the output, so more is kept than an error shows.
  const keep = (chunk) => (output = (output + chunk).slice(-5 * shownCharacters));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let interrupted = false;
  const stop = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const ending = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  for (const signal of signals) process.off(signal, stop);
  if (interrupted) throw new Error('the installation of the npm packages was interrupted; try again');
  if (ending !== 0) throw new Error(failure(ending, output));
}

/**
 * Returns the text of the error.
 * @param ending npm's exit code (a number), the signal that killed npm, or the reason why npm did not start.
 */
function failure(ending, output) {
  const how = typeof ending === 'number' ? `exit code ${ending}` : ending;
  const isOffline = /E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH)|network/i.test(output);
  const advice = isOffline
    ? 'npm cannot reach the package registry. Check the network and the output of `npm config get registry`'
    : 'fix the error';
  // For some errors npm also prints the usage of `npm ci`. The usage does not help here.
  const shown = output.replace(/npm error\s+Clean install a project[^]*?(?=npm error A complete log|$)/, '').trim();
  return `npm ci failed (${how}): ${advice}. Then try again.\n${shown.slice(-shownCharacters)}`;
}

/**
 * Creates the link node_modules/.bin/airlock. `npx airlock` runs the file behind this link and installs nothing. npm
 * creates such links for dependencies only, and `airlock` is a command of the root package.
 */
async function ensureLink(checkout) {
  const file = join(checkout, 'node_modules', '.bin', 'airlock');
  if ((await readlink(file).catch(() => undefined)) === linkTarget) return;
  const draft = `${file}.${process.pid}`;
  await rm(draft, { force: true });
  await symlink(linkTarget, draft);
  await rename(draft, file);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
