// Plain JavaScript, because bin/airlock.mjs runs this file on Node 20 before the npm packages are installed.
import { readFileSync } from 'node:fs';

/** @type {import('./process-identity.d.mts').identityOf} */
export function identityOf(pid) {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  const { state, startTime } = parseStat(stat);
  // Z: zombie, X: dead (proc(5)).
  return state === 'Z' || state === 'X' ? undefined : { startTime, bootId: bootId() };
}

/** @type {import('./process-identity.d.mts').parseStat} */
export function parseStat(line) {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
}

function readStat(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // ESRCH: the process ended between open and read.
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
    throw error;
  }
}

function bootId() {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
