// This file is JavaScript, because bin/airlock.mjs needs this file before the npm packages are installed. At that
// time there is only the user's Node. This may be Node 20, which cannot run TypeScript.
import { readFileSync } from 'node:fs';

/** @type {import('./process-identity.d.mts').identityOf} */
export function identityOf(pid) {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  const { state, startTime } = parseStat(stat);
  // Z: zombie, X: dead (proc(5)).
  return state === 'Z' || state === 'X' ? undefined : { startTime, bootId: readBootId() };
}

/** @type {import('./process-identity.d.mts').parseStat} */
export function parseStat(line) {
  // `fields` begins with field 3. Field 2, the name of the program, is in brackets.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
}

function readStat(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // ENOENT: no process has this pid. ESRCH: the process ended between open and read.
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
    throw error;
  }
}

function readBootId() {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
