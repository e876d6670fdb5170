// This file is plain JavaScript, because Node 20 cannot run TypeScript. bin/packages.mjs uses the lock before Node 24
// is installed.
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from '../process/process-identity.mjs';

const pollMs = 200;

/** @type {import('./lock.d.mts').withLock} */
export async function withLock(file, onWait, work) {
  await mkdir(dirname(file), { recursive: true });
  const ownContent = JSON.stringify({
    pid: process.pid,
    ...identityOf(process.pid),
    nonce: randomBytes(4).toString('hex'),
  });
  await acquire(file, ownContent, onWait);
  try {
    return await work();
  } finally {
    if ((await readIfExists(file)) === ownContent) await rm(file, { force: true });
  }
}

async function acquire(file, ownContent, onWait) {
  let reportedContent;
  while (!(await create(file, ownContent))) {
    const content = await readIfExists(file);
    if (content === undefined) continue; // the holder has just released the lock
    const holder = parseHolder(content);
    if (!isAlive(holder)) {
      await removeStale(file, content);
      continue;
    }
    if (reportedContent !== content) onWait(holder.pid);
    reportedContent = content;
    // Several processes may wait for the same lock. With jitter they do not all look at once.
    await sleep(pollMs * (0.75 + Math.random() / 2));
  }
}

/** Creates the file and its content in one atomic step. @returns false if the file already exists. */
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
 * Removes the lock of a dead process. Renames the file first, and then compares the content with `staleContent`. If the
 * content differs, the file is the new lock of another process. Then renames the file back.
 */
async function removeStale(file, staleContent) {
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return;
  }
  if ((await readIfExists(aside)) === staleContent) await rm(aside, { force: true });
  else await rename(aside, file);
}

function isAlive(holder) {
  const found = identityOf(holder.pid);
  return found !== undefined && found.startTime === holder.startTime && found.bootId === holder.bootId;
}

function parseHolder(content) {
  try {
    return JSON.parse(content);
  } catch {
    return { pid: 0 }; // no process has pid 0, so a malformed lock counts as the lock of a dead process
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
