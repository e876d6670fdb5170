import { mkdtemp, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createKubernetesApi } from '../src/adapters/kubernetes/api.ts';
import { parseBundle } from './bundle.ts';
import { createChildPrograms, type ChildPrograms } from './child-programs.ts';
import { createProcessTools } from './process-tools.ts';
import { parsePrograms } from './programs.ts';
import { rehearse } from './rehearse.ts';

// The runner: bundle on standard input, report on standard output, nothing else; what went wrong on standard error.
// It needs no network, no credential and no environment, and leaves nothing behind.

const { values: options } = parseArgs({
  options: {
    /** Folder of the programs, or a JSON object of their paths. */
    programs: { type: 'string' },
    /** Folder to work in; made and removed here when none is given. */
    scratch: { type: 'string' },
    /** File descriptor 3 is a pipe from the launcher: when it closes, the launcher is gone and so must this be. */
    lifeline: { type: 'boolean', default: false },
  },
});

async function run(scratch: string, children: ChildPrograms): Promise<number> {
  const programs = parsePrograms(options.programs);
  const bundle = parseBundle(await textOf(process.stdin));
  const tools = createProcessTools({ scratch, programs, children, kubernetes: createKubernetesApi });
  const report = await Promise.race([rehearse(bundle, tools), children.failure, launcherGone()]);
  await new Promise((done) => process.stdout.write(`${JSON.stringify(report)}\n`, done));
  return 0;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}

function launcherGone(): Promise<never> {
  if (!options.lifeline) return new Promise(() => undefined);
  return new Promise((_, reject) => {
    const pipe = createReadStream('', { fd: 3 });
    pipe.resume();
    pipe.once('error', reject).once('close', () => reject(new Error('the launcher is gone')));
  });
}

const scratch = options.scratch ?? (await mkdtemp(join(tmpdir(), 'airlock-sandbox-')));
const children = createChildPrograms(scratch);
const code = await run(scratch, children).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
});
children.stopAll();
await rm(scratch, { recursive: true, force: true });
process.exit(code);
