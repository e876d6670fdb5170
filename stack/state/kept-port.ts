import { createServer } from 'node:net';
import { waitFor } from '../../src/platform/wait-for.ts';
import { freePorts } from '../process/free-port.ts';
import type { StateFolder } from './state.ts';

const letGoMs = 2_000;

/**
 * The port of a server that is started again and again: the one it had, unless somebody else listens there now.
 * What was told the old port is told the new one, since every start writes all configuration anew.
 */
export async function keptPort(state: StateFolder, server: string): Promise<number> {
  const file = `${server}.port.json`;
  const kept = await state.readJson(file, parsePort);
  if (kept !== undefined && (await becomesFree(kept))) return kept;
  const [port] = await freePorts(1);
  if (port === undefined) throw new RangeError('one free port was asked for');
  await state.writeJson(file, port);
  return port;
}

function parsePort(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new TypeError('not a port');
}

/** A server that was stopped a moment ago lets go of its port when the last of its threads is gone. */
function becomesFree(port: number): Promise<boolean> {
  const wait = { what: `port ${port} to be free`, every: 20, within: letGoMs, otherwise: () => false };
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
