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
import type { Tool } from './table.ts';

/**
 * Builds a tool into `folder`, unless the folder already has all programs of the tool. The build writes to a temporary
 * folder, which is renamed at the end. So an interrupted build leaves no incomplete `folder`. If two processes need the
 * same tool, one process builds and the other process waits.
 * @throws AirlockError `tool-build-failed` with the last lines and the path of the log.
 */
export async function buildTool(tool: Tool, folder: string, { progress, label }: Reporting): Promise<void> {
  const onWait = (pid: number): void => {
    progress.step(`waiting: process ${String(pid)} is already building ${tool.name}`);
  };
  await withLock(`${folder}.lock`, onWait, async () => {
    if (await isComplete(tool, folder)) return;
    await removeDrafts(folder);
    await rm(folder, { recursive: true, force: true });
    progress.step(label);
    const start = Date.now();
    await build(tool, folder);
    progress.say(`${label}: done in ${elapsed(Date.now() - start)}`);
  });
}

interface Reporting {
  progress: Progress;
  /** The progress line, such as `building kube (tool 1 of 5)`. */
  label: string;
}

const draftEnd = '.building';
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function build(tool: Tool, folder: string): Promise<void> {
  const draft = `${folder}.${randomBytes(4).toString('hex')}${draftEnd}`;
  await mkdir(draft);
  await compile(tool, join(draft, tool.name), `${folder}.log`);
  // The programs of a tool are one executable with several names. The names are hard links, because a copied symbolic
  // link could be broken.
  const names = tool.programs.filter((program) => program !== tool.name);
  await Promise.all(names.map((name) => link(join(draft, tool.name), join(draft, name))));
  await rename(draft, folder);
  await rm(`${folder}.log`, { force: true });
}

/** Removes the folders of interrupted builds. The caller holds the lock, so no build is using these folders. */
async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(dirname(folder))).filter(
    (name) => name.startsWith(`${basename(folder)}.`) && name.endsWith(draftEnd),
  );
  await Promise.all(drafts.map((name) => rm(join(dirname(folder), name), { recursive: true, force: true })));
}

/**
 * Runs Go with the environment of the user, which may contain proxies and cache folders. Three variables are replaced.
 */
async function compile(tool: Tool, output: string, log: string): Promise<void> {
  const file = openSync(log, 'w');
  const env = { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOWORK: 'off' };
  const go = spawn('go', buildArguments(tool, output), { cwd: tool.module, env, stdio: ['ignore', file, file] });
  closeSync(file);
  // ^C in a terminal reaches Go directly. If a signal is sent only to this process, this process must stop Go.
  const stop = (signal: NodeJS.Signals): void => {
    go.kill(signal);
    process.off(signal, stop);
    process.kill(process.pid, signal);
  };
  for (const signal of endingSignals) process.on(signal, stop);
  try {
    const [code, signal] = (await once(go, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    throw buildFailed(tool, `go ended with ${signal ?? `exit code ${String(code)}`}`, await tailOf(log, 0), log);
  } finally {
    for (const signal of endingSignals) process.off(signal, stop);
  }
}

function buildFailed(tool: Tool, why: string, lines: string, log: string): AirlockError {
  const offline = /dial tcp|i\/o timeout|no such host|TLS handshake|proxyconnect|Forbidden|Bad Gateway/.test(lines);
  const next = offline
    ? 'a module could not be fetched: check the network and GOPROXY, then try again'
    : 'fix what the log says, then try again';
  const message = `building ${tool.name} failed, ${why}: ${next}. Its log ${log} ends with:\n${lines}`;
  return new AirlockError({ code: 'tool-build-failed', message, details: { tool: tool.name, log } });
}

async function isComplete(tool: Tool, folder: string): Promise<boolean> {
  const there: string[] = await readdir(folder).catch(() => []);
  return tool.programs.every((program) => there.includes(program));
}
