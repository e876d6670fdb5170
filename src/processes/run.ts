import { gatewayConfigSchema, observeConfigSchema, readConfig, reasonConfigSchema, serveConfigSchema } from '../config.ts';
import type { ProcessName } from '../domain/names.ts';

/** What a process is once it works: it runs until `stop`, which lets work in hand reach a safe point. */
export interface Running {
  /** Ends when the process fails; stays pending while it works. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

/** Runs one of Airlock's processes until SIGTERM or SIGINT, or until it fails. */
export async function runProcess(name: ProcessName, file: string): Promise<void> {
  const running = await start(name, file);
  const asked = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve).once('SIGINT', resolve);
  });
  try {
    await Promise.race([asked, running.failed]);
  } finally {
    await running.stop();
  }
}

async function start(name: ProcessName, file: string): Promise<Running> {
  switch (name) {
    case 'serve':
      return (await import('./serve.ts')).startServe(await readConfig(file, serveConfigSchema));
    case 'reason':
      return (await import('./reason.ts')).startReason(await readConfig(file, reasonConfigSchema));
    case 'observe':
      return (await import('./observe.ts')).startObserve(await readConfig(file, observeConfigSchema));
    case 'gateway':
      return (await import('./gateway.ts')).startGateway(await readConfig(file, gatewayConfigSchema));
  }
}
