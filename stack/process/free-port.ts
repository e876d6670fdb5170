import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';

/**
 * Linux uses the ports from 32768 on for outgoing connections. Ports of this lower range are not used for them.
 */
const range = { from: 20_000, to: 32_000 };
const maxTries = 200;

/**
 * Finds free ports of 127.0.0.1, all different. The ports are not reserved: if another process takes one before the
 * server listens, start the server again with a new port.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) servers.push(await listenOnFreePort());
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
}

async function listenOnFreePort(): Promise<Server> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const server = await listen(randomInt(range.from, range.to));
    if (server) return server;
  }
  throw new RangeError(
    `no free port between ${range.from} and ${range.to} after ${maxTries} tries: stop programs that listen on these ports`,
  );
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
