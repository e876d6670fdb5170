import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { alive } from '../process/process.ts';
import { defaultStatePath, openState } from '../state/state.ts';
import { findingOf, type Finding } from './finding.ts';

/** Whether the state folder can be used, and whether it has leftovers of an earlier run. Creates nothing. */
export async function stateFolder(): Promise<Finding[]> {
  const path = defaultStatePath();
  const there = await stat(path).then(
    (found) => found,
    () => undefined,
  );
  if (there === undefined) return [await creatable(path)];
  const mine = there.uid === process.getuid?.();
  const closed = (there.mode & 0o022) === 0;
  const ok = there.isDirectory() && mine && closed;
  const fix = `make ${path} a folder that you own and that nobody else can write to, or choose another (AIRLOCK_STATE)`;
  const mode = (there.mode & 0o777).toString(8);
  const finding = { name: 'state folder', ok, found: `${path}, mode ${mode}, of user ${String(there.uid)}` };
  return ok ? [finding, await leftovers(path)] : [{ ...finding, fix }];
}

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
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there || folder === dirname(folder) ? folder : firstExisting(dirname(folder));
}

/** Recorded processes: if all run, a stack is up. If some or all do not run, a run has crashed. */
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
