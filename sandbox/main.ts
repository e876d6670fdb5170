import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startApiServer } from './control-plane/api-server.ts';
import { createChildPrograms, type ChildPrograms } from './control-plane/child-programs.ts';
import { parsePrograms } from './control-plane/programs.ts';

// This is the runner, the process of one rehearsal. The runner reads a bundle (a plan, a snapshot and time limits) from
// standard input. The runner writes only the report to standard output. Progress and errors go to standard error. The
// runner needs no network except loopback, no credentials and no environment variables.

const { values: options } = parseArgs({
  options: {
    /**
     * Where etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok are: the absolute path of one
     * folder, or a JSON object with an absolute path per program.
     */
    programs: { type: 'string' },
    /**
     * The folder for all files that the programs write. Without this option, the runner creates a folder. In both
     * cases, the runner removes the folder when the rehearsal ends.
     */
    scratch: { type: 'string' },
    /**
     * With this option, file descriptor 3 is a pipe from the launcher (the process that started the runner). When the
     * launcher ends, the kernel closes the pipe. Then the runner ends too.
     */
    lifeline: { type: 'boolean', default: false },
  },
});

async function run(scratch: string, children: ChildPrograms): Promise<number> {
  const { promise: launched, resolve } = Promise.withResolvers<void>();
  const programs = parsePrograms(options.programs);
  const apiServer = startApiServer({ scratch, programs, children, launched: resolve });
  await Promise.race([launched, apiServer]);
  // The API server is launched, but not ready yet. The slow imports run in the meantime.
  const [{ parseBundle }, { rehearse }, { createKubernetesApi }] = await Promise.all([
    import('./load/bundle.ts'),
    import('./rehearse.ts'),
    import('../src/adapters/kubernetes/api.ts'),
  ]);
  const bundle = parseBundle(await textOf(process.stdin));
  const report = rehearse(bundle, { apiServer, createKubernetesApi });
  const text = JSON.stringify(await Promise.race([report, children.failure, launcherEnded()]));
  await new Promise((done) => process.stdout.write(`${text}\n`, done));
  return 0;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}

/** Rejects when the launcher ends or its pipe fails. Without the option `lifeline`, the promise stays pending. */
function launcherEnded(): Promise<never> {
  if (!options.lifeline) return new Promise(() => undefined);
  return new Promise((_, reject) => {
    // A socket, because a pending read of a file stream would keep this process from exiting.
    const pipe = new Socket({ fd: 3 }).resume();
    pipe
      .once('error', reject)
      .once('close', () =>
        reject(new Error('the launcher of this rehearsal has ended, so the rehearsal stops: rehearse again')),
      );
  });
}

// After the launcher has ended, writes to these streams fail. Without the handlers, the runner would end before it
// stops the programs and removes the folder.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const scratch = options.scratch ?? (await mkdtemp(join(tmpdir(), 'airlock-sandbox-')));
const children = createChildPrograms(scratch);
const exitCode = await run(scratch, children).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
});
await children.stopAll();
await rm(scratch, { recursive: true, force: true });
process.exit(exitCode);
