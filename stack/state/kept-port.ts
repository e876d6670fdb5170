import { createServer } from 'node:net';
import { waitFor } from '../../src/platform/wait-for.ts';
import { freePorts } from '../process/free-port.ts';
import type { StateFolder } from './state.ts';

const releaseMs = 2_000;

/**
 * Returns the port of the last start of a server, or a new port if another process listens on that port now. A new port
 * needs no other change, because every start writes all configuration again.
 */
export async function keptPort(state: StateFolder, server: string): Promise<number> {
  const file = `${server}.port.json`;
  const kept = await state.readJson(file, parsePort);
  if (kept !== undefined && (await becomesFree(kept))) return kept;
  const [port] = await freePorts(1);
  if (port === undefined) throw new RangeError('freePorts returned no port');
  await state.writeJson(file, port);
  return port;
}

function parsePort(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new TypeError('not a port');
}

/**
 * Waits up to 2 s until the port is free, because a stopped server releases its port only when its last thread has
 * ended.
 * @returns false if the port is still taken.
 */
function becomesFree(port: number): Promise<boolean> {
  const wait = { what: `port ${port} to be free`, every: 20, within: releaseMs, otherwise: () => false };
  return waitFor(wait, () => isFree(port));
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
