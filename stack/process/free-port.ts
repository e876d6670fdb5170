import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Below the range that Linux uses for outgoing connections (from 32768), so the next connection does not take the port. */
const range = { from: 20_000, to: 32_000 };
const mostTries = 200;

/**
 * Finds different free ports of 127.0.0.1. They are not reserved: a server whose port is taken meanwhile must be started
 * again with a new port.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) servers.push(await listenOnFreePort());
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
}

async function listenOnFreePort(): Promise<Server> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const server = await listen(randomInt(range.from, range.to));
    if (server) return server;
  }
  throw new RangeError(`no free port between ${range.from} and ${range.to} after ${mostTries} tries`);
}

/** Listens on a port. @returns undefined if the port is taken. */
function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
