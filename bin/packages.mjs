// Plain JavaScript: runs on Node 20 before the npm packages are installed.
import { spawn } from 'node:child_process';
import { access, constants, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../stack/state/lock.mjs';

/** On a terminal the progress line is updated every second. In a log file a new line appears every 30 seconds. */
const livePeriodMs = 1_000;
const plainPeriodMs = 30_000;
/** An error shows at most this many characters of npm's output. */
const maxOutput = 4_000;
/** The file to which the link node_modules/.bin/airlock points. */
const linkTarget = '../../bin/airlock.mjs';

/**
 * Installs the npm packages if they are missing or differ from package-lock.json, and makes `npx airlock` work in this
 * checkout. If two processes call this function at the same time, one installs and one waits. An interrupted
 * installation is detected and repeated.
 */
export async function ensurePackages(checkout) {
  if (!(await isInstalled(checkout))) {
    const onWait = (pid) => say(`waiting: process ${pid} is already installing the npm packages of this checkout`);
    await withLock(join(checkout, '.airlock', 'install.lock'), onWait, async () => {
      if (!(await isInstalled(checkout))) await install(checkout);
    });
  }
  await ensureLink(checkout);
}

/**
 * Returns true if exactly the packages of package-lock.json are installed. npm writes node_modules/.package-lock.json
 * last, after all packages and their scripts. So this file is missing after an interrupted installation.
 */
async function isInstalled(checkout) {
  const [locked, installed, hasNode] = await Promise.all([
    readPackages(join(checkout, 'package-lock.json')),
    readPackages(join(checkout, 'node_modules', '.package-lock.json')),
    canRun(join(checkout, 'node_modules', 'node', 'bin', 'node')),
  ]);
  if (locked === undefined)
    throw new Error(
      `${checkout}/package-lock.json is missing: this checkout is incomplete, so clone the repository again`,
    );
  if (installed === undefined || !hasNode) return false;
  const same = (name) =>
    installed[name]?.version === locked[name]?.version && installed[name]?.integrity === locked[name]?.integrity;
  // package-lock.json also lists optional packages of other platforms, which are not installed.
  const needed = Object.keys(locked).filter((name) => name !== '' && !locked[name].optional);
  return needed.every(same) && Object.keys(installed).every(same);
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read (${error.message}): delete node_modules and try again`);
  }
}

async function install(checkout) {
  const begun = Date.now();
  const text = 'installing the npm packages, including Node 24';
  const live = process.stderr.isTTY;
  const show = () => {
    const line = `${text} (${Math.round((Date.now() - begun) / 1000)} s)`;
    process.stderr.write(live ? `\r\u001b[K${line}` : `${line}\n`);
  };
  show();
  const timer = setInterval(show, live ? livePeriodMs : plainPeriodMs);
  try {
    await npm(checkout, ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retry-mintimeout=2000']);
  } finally {
    clearInterval(timer);
    if (live) process.stderr.write('\r\u001b[K');
  }
  say(`${text}: done in ${Math.round((Date.now() - begun) / 1000)} s`);
}

async function npm(checkout, args) {
  // `npm run` sets npm_execpath to the path of its own npm. If the variable is not set, use the npm on PATH.
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const child = spawn(command, [...first, ...args], { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk) => (output = (output + chunk).slice(-5 * maxOutput));
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

/** @param ending the exit code, the signal, or the reason why npm did not start. */
function failure(ending, output) {
  const isOffline = /E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH)|network/i.test(output);
  const next = isOffline
    ? 'npm cannot reach the package registry. Check the network and `npm config get registry`, then try again'
    : 'fix the error below, then try again';
  // For some errors npm also prints the usage of `npm ci`, which does not help here.
  const shown = output.replace(/npm error\s+Clean install a project[^]*?(?=npm error A complete log|$)/, '').trim();
  return `npm ci failed (${ending}): ${next}.\n${shown.slice(-maxOutput)}`;
}

/**
 * Creates the link node_modules/.bin/airlock. npm does not create it, because `airlock` is the command of the root
 * package. Without the link, `npx airlock` would fetch another package of that name.
 */
async function ensureLink(checkout) {
  const file = join(checkout, 'node_modules', '.bin', 'airlock');
  if ((await readlink(file).catch(() => undefined)) === linkTarget) return;
  const draft = `${file}.${process.pid}`;
  await rm(draft, { force: true });
  await symlink(linkTarget, draft);
  await rename(draft, file);
}

function canRun(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
