import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRunning } from '../process/process.ts';
import { defaultStatePath, openState } from '../state/state.ts';
import { findingOf, type Finding } from './finding.ts';

/**
 * Checks whether a stack can use or create the state folder. If the folder exists and can be used, also checks the
 * recorded processes. Never creates the state folder.
 */
export async function checkStateFolder(): Promise<Finding[]> {
  const path = defaultStatePath();
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) return [await checkCreatable(path)];
  const ownedByUser = stats.uid === process.getuid?.();
  const writableByOthers = (stats.mode & 0o022) !== 0;
  const ok = stats.isDirectory() && ownedByUser && !writableByOthers;
  const fix = `make sure that ${path} is a folder, that you own it, and that only you can write to it. Or set AIRLOCK_STATE to another folder`;
  const mode = (stats.mode & 0o777).toString(8);
  const finding = { name: 'state folder', ok, found: `${path}, mode ${mode}, owner uid ${String(stats.uid)}` };
  return ok ? [finding, await checkRecordedProcesses(path)] : [{ ...finding, fix }];
}

/** Checks whether the user of this process can create the state folder. */
async function checkCreatable(path: string): Promise<Finding> {
  const parent = await nearestExisting(dirname(path));
  const ok = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  );
  const fix = `you cannot create folders in ${parent}: set AIRLOCK_STATE to another path`;
  return findingOf({ name: 'state folder', ok, found: `${path} (does not exist yet)`, fix });
}

async function nearestExisting(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || folder === dirname(folder) ? folder : nearestExisting(dirname(folder));
}

/** Checks whether every process that is recorded in the state folder still runs. */
async function checkRecordedProcesses(path: string): Promise<Finding> {
  const records = await (await openState(path)).records();
  const ended = records.filter((record) => !isRunning(record)).length;
  const name = 'recorded processes';
  if (records.length === 0) return { name, ok: true, found: 'none' };
  if (ended === 0) return { name, ok: true, found: `all ${records.length} run` };
  const found = `${ended} of ${records.length} ended without \`airlock down\``;
  return { name, ok: false, found, fix: 'npx airlock down' };
}
