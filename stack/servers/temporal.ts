import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { temporalNamespace } from '../../src/domain/names.ts';
import { freePorts } from '../process/free-port.ts';
import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/** The addresses of a running Temporal server. */
export interface TemporalServer {
  /** `host:port` of the gRPC service. */
  address: string;
  /** URL of the web interface, if the web interface was requested. */
  ui?: string;
}

/**
 * Starts Temporal's development server on 127.0.0.1 with the namespace `airlock`. The server keeps its data in a SQLite
 * file over restarts, and ignores the user's own configuration of the Temporal CLI.
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
      // Otherwise Temporal takes random ports, and two stacks that start together could get the same ports.
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
