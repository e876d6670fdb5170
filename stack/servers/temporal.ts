import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { temporalNamespace } from '../../src/domain/names.ts';
import { freePorts } from '../process/free-port.ts';
import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/** Addresses of Temporal. `ui` is the address of its web interface, if it was requested. */
export interface TemporalServer {
  /** `host:port` of the gRPC service. */
  address: string;
  ui?: string;
}

/**
 * Starts Temporal's development server on 127.0.0.1 with the namespace `airlock`. Its SQLite file is kept over
 * restarts. It ignores the user's own Temporal configuration.
 * @param program path of the Temporal CLI.
 * @throws AirlockError `server-failed`.
 */
export async function startTemporal(
  state: StateFolder,
  program: string,
  options: { ui?: boolean } = {},
): Promise<TemporalServer> {
  const folder = await state.folder('temporal');
  const port = await keptPort(state, 'temporal');
  const address = `127.0.0.1:${String(port)}`;
  const [http, metrics, ui] = await freePorts(3);
  const page = options.ui ? ['--ui-ip', '127.0.0.1', '--ui-port', String(ui)] : ['--headless'];
  await startServer(state, {
    name: 'temporal',
    command: program,
    args: [
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      // Without these options Temporal chooses random ports, and two stacks that start at once could get the same port.
      '--http-port',
      String(http),
      '--metrics-port',
      String(metrics),
      '--db-filename',
      join(folder, 'temporal.db'),
      '--namespace',
      temporalNamespace,
      '--log-level',
      'error',
      '--disable-config-file',
      '--disable-config-env',
      ...page,
    ],
    env: { HOME: folder },
    cwd: folder,
    deadlineMs: 30_000,
    ready: () => hasNamespace(address),
    order: 20,
  });
  return omitUndefined({ address, ui: options.ui ? `http://127.0.0.1:${String(ui)}` : undefined });
}

async function hasNamespace(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 });
  try {
    const describe = connection.workflowService.describeNamespace({ namespace: temporalNamespace });
    return Boolean((await describe).namespaceInfo);
  } finally {
    await connection.close();
  }
}
