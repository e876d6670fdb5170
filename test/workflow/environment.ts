import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { createTracing } from '../../src/adapters/opentelemetry/tracing.ts';
import { connectClient, connectWorkers } from '../../src/adapters/temporal/connect.ts';
import { installRuntime } from '../../src/adapters/temporal/runtime.ts';
import { createPlaneWorker } from '../../src/adapters/temporal/worker.ts';
import { bundleWorkflows } from '../../src/adapters/temporal/workflow-bundle.ts';
import { withTemporalFailures } from '../../src/platform/activity-failure.ts';
import { planes, type Plane } from '../../src/domain/names.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { createProgress } from '../../stack/progress.ts';
import { stopAll } from '../../stack/process/process.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';
import { startTemporal } from '../../stack/servers/temporal.ts';
import { scripted, type Activities, type Script } from './script.ts';

/** A real Temporal server and the real workflows. Activities answer by the script of their incident. */
export interface TestEnvironment extends AsyncDisposable {
  client: Client;
  /** Sets the answers of the activities of one incident. @returns the script, which records the calls. */
  script(incident: string, answers: Partial<Activities>): Script;
  /** Replaces the worker of the workflows by one with another bundle. */
  deploy(workflows: WorkflowBundleOption): Promise<void>;
}

/** Addresses that the workers name as used without TLS. */
export const insecure: Partial<Record<Plane, string[]>> = {
  execution: ['opa http://opa.example:8181', 'vault http://vault.example:8200'],
};

/** Starts the environment in a temporary state folder, which is removed at its end. */
export async function startEnvironment(): Promise<TestEnvironment> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-workflow-'));
  await chmod(path, 0o711);
  const state = await openState(join(path, 'state'));
  const stack = new AsyncDisposableStack();
  stack.defer(async () => {
    await stopAll(state);
    await rm(path, { recursive: true });
  });
  try {
    return await boot(state, stack);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function boot(state: StateFolder, stack: AsyncDisposableStack): Promise<TestEnvironment> {
  const log = createLogger('serve', 'silent');
  const tracing = await createTracing('serve', {}, log);
  installRuntime(log);
  const program = (await ensureToolchain(createProgress())).program('temporal');
  const [{ address }, workflows] = await Promise.all([startTemporal(state, program), bundleWorkflows()]);
  const client = await connectClient(address);
  stack.defer(() => client.connection.close());
  const connection = await connectWorkers(address);
  stack.defer(() => connection.close());
  const scripts = new Map<string, Script>();
  const run = async (plane: Plane, code: { workflows?: WorkflowBundleOption } = {}): Promise<() => Promise<void>> => {
    const activities = activitiesOf(plane, scripts);
    const worker = await createPlaneWorker({
      connection,
      plane,
      activities,
      log,
      tracing,
      insecure: insecure[plane] ?? [],
      ...code,
    });
    const ended = worker.run();
    return async () => {
      worker.shutdown();
      await ended;
    };
  };
  for (const plane of planes.filter((name) => name !== 'governance')) stack.defer(await run(plane));
  let stop = await run('governance', { workflows });
  stack.defer(() => stop());
  return {
    async deploy(code) {
      await stop();
      stop = await run('governance', { workflows: code });
    },
    client,
    script(incident, answers) {
      const script = scripted(answers);
      scripts.set(incident, script);
      return script;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const namesOf: Record<Plane, (keyof Activities)[]> = {
  governance: ['open', 'takeOwnership', 'executedPlan', 'judge', 'remind', 'close', 'forwardLateAlerts'],
  reasoning: ['plan'],
  observation: ['observe', 'rehearse', 'verify', 'closeLease'],
  execution: ['admitDecision', 'admitRequest', 'admitEdit', 'prepare', 'execute'],
};

function activitiesOf(plane: Plane, scripts: Map<string, Script>): object {
  const entries = namesOf[plane].map((name) => {
    const activity = async (input: { incident: string | { id: string } }): Promise<unknown> => {
      const id = typeof input.incident === 'string' ? input.incident : input.incident.id;
      const script = scripts.get(id);
      if (!script) throw new Error(`no script for ${id}`);
      return script.answer(name, input);
    };
    return [name, withTemporalFailures(activity)];
  });
  return Object.fromEntries(entries) as object;
}

/** The workflow's history as text, as everybody with access to Temporal can read it. */
export async function historyOf(handle: WorkflowHandle): Promise<string> {
  return JSON.stringify(await handle.fetchHistory());
}
