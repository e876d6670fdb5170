import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { withLock } from '../state/lock.mjs';
import { lastLines } from '../process/log-tail.ts';
import { formatDuration, type Progress } from '../progress.ts';
import { buildArguments } from './cache-folder.ts';
import type { Tool } from './table.ts';

/**
 * Builds a tool, unless `folder` already contains all programs of the tool. Builds in a temporary folder, and renames
 * this folder to `folder` at the end. So an interrupted build leaves no incomplete `folder`. If two processes need the
 * same tool, one process builds the tool and the other process waits.
 * @throws AirlockError `tool-build-failed`. The message contains the path and the last lines of the log.
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
    progress.say(`${label}: done in ${formatDuration(Date.now() - start)}`);
  });
}

interface Reporting {
  progress: Progress;
  /** The progress line, such as `building kube (tool 1 of 5)`. */
  label: string;
}

const draftSuffix = '.building';
const terminationSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function build(tool: Tool, folder: string): Promise<void> {
  const draft = `${folder}.${randomBytes(4).toString('hex')}${draftSuffix}`;
  await mkdir(draft);
  await compile(tool, join(draft, tool.name), `${folder}.log`);
  // The executable of the tool `kube` contains several programs. The file name with which the executable is started
  // decides which program runs. So each program gets a hard link with its name. Other tools need no link.
  const names = tool.programs.filter((program) => program !== tool.name);
  await Promise.all(names.map((name) => link(join(draft, tool.name), join(draft, name))));
  await rename(draft, folder);
  await rm(`${folder}.log`, { force: true });
}

/** Removes the temporary folders of interrupted builds. The caller holds the lock, so nobody is building this tool. */
async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(dirname(folder))).filter(
    (name) => name.startsWith(`${basename(folder)}.`) && name.endsWith(draftSuffix),
  );
  await Promise.all(drafts.map((name) => rm(join(dirname(folder), name), { recursive: true, force: true })));
}

/** Runs `go build`. Go inherits the environment of this process, for example settings for proxies and caches. */
async function compile(tool: Tool, executable: string, log: string): Promise<void> {
  const file = openSync(log, 'w');
  const env = { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOWORK: 'off' };
  const go = spawn('go', buildArguments(tool, executable), {
    cwd: tool.moduleFolder,
    env,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  // A signal may reach only this process. So `stop` sends the signal to Go, and then ends this process with the signal.
  const stop = (signal: NodeJS.Signals): void => {
    go.kill(signal);
    process.off(signal, stop);
    process.kill(process.pid, signal);
  };
  for (const signal of terminationSignals) process.on(signal, stop);
  try {
    const [code, signal] = (await once(go, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    throw buildFailed(tool, `go ended with ${signal ?? `exit code ${String(code)}`}`, await lastLines(log, 0), log);
  } finally {
    for (const signal of terminationSignals) process.off(signal, stop);
  }
}

function buildFailed(tool: Tool, why: string, lines: string, log: string): AirlockError {
  const offline = /dial tcp|i\/o timeout|no such host|TLS handshake|proxyconnect|Forbidden|Bad Gateway/.test(lines);
  const next = offline
    ? 'Go could not download a module. Check the network and GOPROXY, then try again'
    : 'fix the error in the log, then try again';
  const message = `building ${tool.name} failed, because ${why}: ${next}. The log ${log} ends with:\n${lines}`;
  return new AirlockError({ code: 'tool-build-failed', message, details: { tool: tool.name, log } });
}

async function isComplete(tool: Tool, folder: string): Promise<boolean> {
  const files: string[] = await readdir(folder).catch(() => []);
  return tool.programs.every((program) => files.includes(program));
}
