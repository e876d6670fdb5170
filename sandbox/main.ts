import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startApiServer } from './control-plane/api-server.ts';
import { createChildPrograms, type ChildPrograms } from './control-plane/child-programs.ts';
import { parsePrograms } from './control-plane/programs.ts';

// This is the runner, the process of one rehearsal. It reads a bundle (a plan with a snapshot) from standard input. To
// standard output it writes the report and nothing else. Errors go to standard error. The runner needs no network, no
// credentials and no environment variables, and it leaves no files behind.

const { values: options } = parseArgs({
  options: {
    /** The folder that contains the programs, or a JSON object with the path of each program. */
    programs: { type: 'string' },
    /** The working folder. Without this option the runner creates one. The runner removes the folder when it ends. */
    scratch: { type: 'string' },
    /**
     * With this option, file descriptor 3 is a pipe from the launcher (the process that started the runner). The kernel
     * closes the pipe when the launcher ends. Then the runner ends too.
     */
    lifeline: { type: 'boolean', default: false },
  },
});

async function run(scratch: string, children: ChildPrograms): Promise<number> {
  const { promise: launched, resolve } = Promise.withResolvers<void>();
  const programs = parsePrograms(options.programs);
  const apiServer = startApiServer({ scratch, programs, children, launched: resolve });
  await Promise.race([launched, apiServer]);
  // `rehearse` awaits this promise later. Without this handler, an earlier rejection would end the process.
  apiServer.catch(() => undefined);
  // Loading this code takes as long as the start of the API server. With the import here, both happen at the same time.
  const [{ parseBundle }, { rehearse }, { createKubernetesApi }] = await Promise.all([
    import('./load/bundle.ts'),
    import('./rehearse.ts'),
    import('../src/adapters/kubernetes/api.ts'),
  ]);
  const bundle = parseBundle(await textOf(process.stdin));
  const report = rehearse(bundle, { apiServer, kubernetes: createKubernetesApi });
  const text = JSON.stringify(await Promise.race([report, children.failure, launcherEnded()]));
  await new Promise((done) => process.stdout.write(`${text}\n`, done));
  return 0;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}

function launcherEnded(): Promise<never> {
  if (!options.lifeline) return new Promise(() => undefined);
  return new Promise((_, reject) => {
    // A pending read of a file stream would keep this process from exiting, so this is a socket.
    const pipe = new Socket({ fd: 3 }).resume();
    pipe
      .once('error', reject)
      .once('close', () =>
        reject(new Error('the launcher of this rehearsal has ended, so the rehearsal stops: start it again')),
      );
  });
}

// When the launcher has ended, writes to these streams fail. Without these handlers, the runner would end before it
// cleans up.
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
