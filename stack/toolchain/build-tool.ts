import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { withLock } from '../state/lock.mjs';
import { tailOf } from '../process/log-tail.ts';
import { elapsed, type Progress } from '../progress.ts';
import { buildArguments } from './cache-folder.ts';
import type { Part } from './table.ts';

/**
 * Builds a part into its folder of the cache. It is built beside and renamed, so the folder is whole or not there,
 * whenever this is interrupted. Of two processes one builds and the other waits for it.
 * @param label What is said while it is built, such as `building kube (part 1 of 5)`.
 * @throws AirlockError `build-failed` with the compiler's last lines and the path of its log.
 */
export async function buildPart(part: Part, folder: string, { progress, label }: Reported): Promise<void> {
  const onWait = (pid: number): void => {
    progress.step(`waiting: process ${String(pid)} is building ${part.name} already`);
  };
  await withLock(`${folder}.lock`, onWait, async () => {
    if (await isWhole(part, folder)) return;
    await removeDrafts(folder);
    await rm(folder, { recursive: true, force: true });
    progress.step(label);
    const start = Date.now();
    await build(part, folder);
    progress.say(`${label}: done in ${elapsed(Date.now() - start)}`);
  });
}

interface Reported {
  progress: Progress;
  label: string;
}

const draftEnd = '.building';
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function build(part: Part, folder: string): Promise<void> {
  const draft = `${folder}.${randomBytes(4).toString('hex')}${draftEnd}`;
  await mkdir(draft);
  await compile(part, join(draft, part.name), `${folder}.log`);
  // Hard links: whoever links or copies one of the names elsewhere gets the program, not a link that leads nowhere.
  const names = part.programs.filter((program) => program !== part.name);
  await Promise.all(names.map((name) => link(join(draft, part.name), join(draft, name))));
  await rename(draft, folder);
  await rm(`${folder}.log`, { force: true });
}

/** What an interrupted build left. Only called under the lock, so nobody works on it. */
async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(dirname(folder))).filter(
    (name) => name.startsWith(`${basename(folder)}.`) && name.endsWith(draftEnd),
  );
  await Promise.all(drafts.map((name) => rm(join(dirname(folder), name), { recursive: true, force: true })));
}

/** Go is a build tool of the user's, like npm: it gets the user's environment (proxies, caches), these three aside. */
async function compile(part: Part, output: string, log: string): Promise<void> {
  const file = openSync(log, 'w');
  const env = { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOWORK: 'off' };
  const go = spawn('go', buildArguments(part, output), { cwd: part.module, env, stdio: ['ignore', file, file] });
  closeSync(file);
  // A terminal's ^C reaches Go by itself; when only this process is told to end, Go must not compile on.
  const stop = (signal: NodeJS.Signals): void => {
    go.kill(signal);
    process.off(signal, stop);
    process.kill(process.pid, signal);
  };
  for (const signal of endings) process.on(signal, stop);
  try {
    const [code, signal] = (await once(go, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    throw buildFailed(part, `go ended with ${signal ?? `exit code ${String(code)}`}`, await tailOf(log, 0), log);
  } finally {
    for (const signal of endings) process.off(signal, stop);
  }
}

function buildFailed(part: Part, why: string, lines: string, log: string): AirlockError {
  const offline = /dial tcp|i\/o timeout|no such host|TLS handshake|proxyconnect|Forbidden|Bad Gateway/.test(lines);
  const next = offline
    ? 'it could not fetch a module: check the network and GOPROXY, and run this again'
    : 'run this again after mending what it says';
  const message = `building ${part.name} failed, ${why}: ${next}. Its log ${log} ends with:\n${lines}`;
  return new AirlockError({ code: 'build-failed', message, next: 'ask', details: { part: part.name, log } });
}

async function isWhole(part: Part, folder: string): Promise<boolean> {
  const there: string[] = await readdir(folder).catch(() => []);
  return part.programs.every((program) => there.includes(program));
}
