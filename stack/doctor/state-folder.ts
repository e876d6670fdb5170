import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { alive } from '../process/process.ts';
import { defaultStatePath, openState } from '../state/state.ts';
import type { Finding } from './finding.ts';

/** The state folder: may it be used, and does something of an earlier run lie in it? Makes nothing. */
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
  const mend = `make ${path} a folder of yours that nobody else may write to, or choose another (AIRLOCK_STATE)`;
  const mode = (there.mode & 0o777).toString(8);
  const finding = { name: 'state folder', ok, found: `${path}, mode ${mode}, of user ${String(there.uid)}` };
  return ok ? [finding, await leftovers(path)] : [{ ...finding, mend }];
}

async function creatable(path: string): Promise<Finding> {
  const parent = await firstExisting(dirname(path));
  const ok = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  );
  const mend = 'choose a folder that you may write to: AIRLOCK_STATE=/some/folder';
  return { name: 'state folder', ok, found: `${path} (not there yet)`, ...(ok ? {} : { mend }) };
}

async function firstExisting(folder: string): Promise<string> {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there || folder === dirname(folder) ? folder : firstExisting(dirname(folder));
}

/** Processes on record: all of them run (a stack is up), none does (it crashed), or some do. */
async function leftovers(path: string): Promise<Finding> {
  const records = await (await openState(path)).records();
  const lives = await Promise.all(records.map(alive));
  const running = lives.filter(Boolean).length;
  const name = 'earlier run';
  if (records.length === 0) return { name, ok: true, found: 'nothing is on record' };
  if (running === records.length) return { name, ok: true, found: `a stack is up with ${String(running)} processes` };
  const found = `of ${String(records.length)} processes on record ${String(running)} run: a run has crashed`;
  return { name, ok: false, found, mend: 'npx airlock down' };
}
