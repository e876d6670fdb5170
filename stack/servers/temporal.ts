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
  /** URL of the web interface. Present only if the option `ui` of `startTemporal` is true. */
  ui?: string;
}

/**
 * Starts the development server of the Temporal CLI on 127.0.0.1, with the namespace `airlock`. A SQLite file contains
 * the data, so the data survives a restart. The server ignores the user's configuration of the Temporal CLI.
 * @param program path of the Temporal CLI.
 * @param options `ui`: true if the server also serves the web interface.
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
  const [httpPort, metricsPort, ui] = await freePorts(3);
  const uiFlags = options.ui ? ['--ui-ip', '127.0.0.1', '--ui-port', String(ui)] : ['--headless'];
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
      // Without `--http-port` and `--metrics-port`, Temporal chooses both ports. Two stacks that start at the same time
      // could then get the same port.
      '--http-port',
      String(httpPort),
      '--metrics-port',
      String(metricsPort),
      '--db-filename',
      join(folder, 'temporal.db'),
      '--namespace',
      temporalNamespace,
      '--log-level',
      'error',
      '--disable-config-file',
      '--disable-config-env',
      ...uiFlags,
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
    const answer = await connection.workflowService.describeNamespace({ namespace: temporalNamespace });
    return Boolean(answer.namespaceInfo);
  } finally {
    await connection.close();
  }
}
