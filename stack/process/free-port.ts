import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';

/**
 * The lowest and the highest port to try. By default Linux uses the ports 32768 to 60999 for outgoing connections. So
 * the servers must not use these ports.
 */
const portRange = { lowest: 20_000, highest: 31_999 };
const maxTries = 200;

/**
 * Finds `count` different free TCP ports of 127.0.0.1. The ports are not reserved: another process can take a port
 * before the caller uses this port.
 * @throws RangeError if 200 random ports in a row are not free.
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
    const server = await listen(randomInt(portRange.lowest, portRange.highest + 1));
    if (server) return server;
  }
  const { lowest, highest } = portRange;
  throw new RangeError(
    `none of ${maxTries} random ports from ${lowest} to ${highest} was free: stop the programs that use these ports`,
  );
}

/** Listens on a port. @returns undefined if this is not possible, for example because the port is taken. */
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
