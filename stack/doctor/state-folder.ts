import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { alive } from '../process/process.ts';
import { defaultStatePath, openState } from '../state/state.ts';
import { findingOf, type Finding } from './finding.ts';

/**
 * Checks whether the state folder can be used, and whether an earlier run left processes. If there is no state folder,
 * the check creates none.
 */
export async function checkStateFolder(): Promise<Finding[]> {
  const path = defaultStatePath();
  const found = await stat(path).then(
    (stats) => stats,
    () => undefined,
  );
  if (found === undefined) return [await creatable(path)];
  const mine = found.uid === process.getuid?.();
  const notWritableByOthers = (found.mode & 0o022) === 0;
  const ok = found.isDirectory() && mine && notWritableByOthers;
  const fix = `make ${path} a folder that you own and that nobody else can write to, or choose another (AIRLOCK_STATE)`;
  const mode = (found.mode & 0o777).toString(8);
  const finding = { name: 'state folder', ok, found: `${path}, mode ${mode}, of user ${String(found.uid)}` };
  return ok ? [finding, await leftovers(path)] : [{ ...finding, fix }];
}

/** Checks whether this user can create the state folder. */
async function creatable(path: string): Promise<Finding> {
  const parent = await firstExisting(dirname(path));
  const ok = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  );
  const fix = 'choose a folder that you can write to: AIRLOCK_STATE=/some/folder';
  return findingOf({ name: 'state folder', ok, found: `${path} (does not exist yet)`, fix });
}

async function firstExisting(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || folder === dirname(folder) ? folder : firstExisting(dirname(folder));
}

/**
 * Checks the processes that are recorded in the state folder. If all of them run, a stack is up. If one of them does
 * not run, an earlier run has crashed.
 */
async function leftovers(path: string): Promise<Finding> {
  const records = await (await openState(path)).records();
  const lives = await Promise.all(records.map(alive));
  const running = lives.filter(Boolean).length;
  const name = 'earlier run';
  if (records.length === 0) return { name, ok: true, found: 'no process is recorded' };
  if (running === records.length) return { name, ok: true, found: `a stack is up with ${String(running)} processes` };
  const found = `${running} of ${records.length} recorded processes run: an earlier run has crashed`;
  return { name, ok: false, found, fix: 'npx airlock down' };
}
