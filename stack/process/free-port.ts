import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** The ports to try. From 32768 on, Linux gives ports to outgoing connections, so the range ends below. */
const range = { from: 20_000, to: 32_000 };
const maxTries = 200;

/**
 * Finds free ports of 127.0.0.1, all different. The ports are not reserved: if another process takes a port before the
 * server listens, start the server again with a new port.
 * @throws RangeError if 200 random ports are taken.
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

/** Listens on a port. @returns undefined if that fails, for example because the port is taken. */
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
