import { createServer } from 'node:net';
import { waitFor } from '../../src/platform/wait-for.ts';
import { freePorts } from '../process/free-port.ts';
import type { StateFolder } from './state.ts';

const releaseDeadlineMs = 2_000;

/**
 * Returns the port that the server used at its last start. Returns a new port if there was no earlier start, or if the
 * old port is still taken after 2 s. Records the new port for the next start.
 */
export async function keptPort(state: StateFolder, server: string): Promise<number> {
  const file = `${server}.port.json`;
  const lastPort = await state.readJson(file, parsePort);
  if (lastPort !== undefined && (await becomesFree(lastPort))) return lastPort;
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
 * Waits at most 2 s until the port is free. The kernel releases the port of a stopped server only when the last thread
 * of the server has ended.
 * @returns true if the port is free, false if the port is still taken.
 */
function becomesFree(port: number): Promise<boolean> {
  const wait = { what: `port ${port} to be free`, every: 20, within: releaseDeadlineMs, otherwise: () => false };
  return waitFor(wait, () => isFree(port));
}

function isFree(port: number): Promise<boolean> {
  const listener = createServer();
  return new Promise((resolve) => {
    listener.once('error', () => {
      resolve(false);
    });
    listener.listen(port, '127.0.0.1', () => {
      listener.close(() => {
        resolve(true);
      });
    });
  });
}
