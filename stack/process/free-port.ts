import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Below the range that Linux gives to outgoing connections (32768 on): what is free now is not taken by the next call. */
const range = { from: 20_000, to: 32_000 };
const mostTries = 200;

/**
 * Ports of 127.0.0.1 that nobody listens on, all different. They are let go before they are returned: a server that
 * finds its port taken after all must be started again with new ones.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  while (held.length < count) held.push(await holdOne());
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map(release));
  return ports;
}

async function holdOne(): Promise<Server> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const server = await hold(randomInt(range.from, range.to));
    if (server) return server;
  }
  throw new RangeError(`no free port between ${range.from} and ${range.to} after ${mostTries} tries`);
}

/** A server that listens there, or undefined where somebody else does. */
function hold(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function release(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
