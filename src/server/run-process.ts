import {
  gatewayConfigSchema,
  observeConfigSchema,
  readConfig,
  reasonConfigSchema,
  serveConfigSchema,
} from './config.ts';
import { installRuntime } from '../adapters/temporal/runtime.ts';
import type { ProcessName } from '../domain/names.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import type { RunningProcess } from './run-worker.ts';

/**
 * Runs one of Airlock's four processes. The process stops at SIGTERM or SIGINT.
 * @param file path of the configuration file.
 * @throws the error with which the start or the worker of the process failed.
 */
export async function runProcess(name: ProcessName, file: string): Promise<void> {
  const stopSignal = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve).once('SIGINT', resolve);
  });
  const log = createLogger(name);
  installRuntime(log);
  await using started = await start(name, file, log);
  log.info('ready'); // `airlock up` waits for this line
  await Promise.race([stopSignal, started.failed]);
  log.info('stopping');
}

async function start(name: ProcessName, file: string, log: Logger): Promise<RunningProcess> {
  switch (name) {
    case 'serve':
      return (await import('./serve.ts')).startServe(await readConfig(file, serveConfigSchema), log);
    case 'reason':
      return (await import('./reason.ts')).startReason(await readConfig(file, reasonConfigSchema), log);
    case 'observe':
      return (await import('./observe.ts')).startObserve(await readConfig(file, observeConfigSchema), file, log);
    case 'gateway':
      return (await import('./gateway.ts')).startGateway(await readConfig(file, gatewayConfigSchema), log);
  }
}
