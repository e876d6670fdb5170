// Plain JavaScript, because bin/airlock.mjs runs this file on Node 20 before the npm packages are installed. So this
// file has its own polling loop: src/platform/wait-for.ts is TypeScript. Waiting for a lock has no deadline either.
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from '../process/process-identity.mjs';

const pollMs = 200;

/** @type {import('./lock.d.mts').withLock} */
export async function withLock(file, onWait, work) {
  await mkdir(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, ...identityOf(process.pid), nonce: randomBytes(4).toString('hex') });
  await acquire(file, mine, onWait);
  try {
    return await work();
  } finally {
    if ((await readIfExists(file)) === mine) await rm(file, { force: true });
  }
}

async function acquire(file, mine, onWait) {
  let reported;
  while (!(await create(file, mine))) {
    const held = await readIfExists(file);
    if (held === undefined) continue; // the holder has just released the lock
    const holder = parse(held);
    if (!isAlive(holder)) {
      await removeStale(file, held);
      continue;
    }
    if (reported !== held) onWait(holder.pid);
    reported = held;
    await sleep(pollMs);
  }
}

/** Creates the file together with its content, in one atomic step. @returns false if the file exists. */
async function create(file, content) {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, content, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes the lock of a dead process. If another process has replaced that lock in the meantime, the new lock is put
 * back.
 */
async function removeStale(file, stale) {
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return;
  }
  if ((await readIfExists(aside)) === stale) await rm(aside, { force: true });
  else await rename(aside, file);
}

function isAlive(holder) {
  const found = identityOf(holder.pid);
  return found !== undefined && found.startTime === holder.startTime && found.bootId === holder.bootId;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { pid: 0 }; // not a lock file: treat it as stale
  }
}

async function readIfExists(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}
