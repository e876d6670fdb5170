import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startApiServer } from './control-plane/api-server.ts';
import { createChildPrograms, type ChildPrograms } from './control-plane/child-programs.ts';
import { parsePrograms } from './control-plane/programs.ts';

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
  const { promise: launched, resolve } = Promise.withResolvers<void>();
  const programs = parsePrograms(options.programs);
  const apiServer = startApiServer({ scratch, programs, children, launched: resolve });
  await Promise.race([launched, apiServer]);
  apiServer.catch(() => undefined); // waited for in a moment; meanwhile the bundle may be refused
  // Imported only now: loading the code takes as long as the API server's start, and nothing else runs meanwhile.
  const [{ parseBundle }, { rehearse }, { createKubernetesApi }] = await Promise.all([
    import('./load/bundle.ts'),
    import('./rehearse.ts'),
    import('../src/adapters/kubernetes/api.ts'),
  ]);
  const bundle = parseBundle(await textOf(process.stdin));
  const report = rehearse(bundle, { apiServer, kubernetes: createKubernetesApi });
  const text = JSON.stringify(await Promise.race([report, children.failure, launcherGone()]));
  await new Promise((done) => process.stdout.write(`${text}\n`, done));
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
    const pipe = new Socket({ fd: 3 }).resume(); // a file stream's read would keep this process from exiting
    pipe.once('error', reject).once('close', () => reject(new Error('the launcher is gone')));
  });
}

// When the launcher is gone nobody reads these any more, and what is left to do is to clean up.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const scratch = options.scratch ?? (await mkdtemp(join(tmpdir(), 'airlock-sandbox-')));
const children = createChildPrograms(scratch);
const code = await run(scratch, children).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
});
await children.stopAll();
await rm(scratch, { recursive: true, force: true });
process.exit(code);
