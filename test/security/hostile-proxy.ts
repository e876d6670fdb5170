import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A proxy that counts its connections and answers none. */
export interface HostileProxy extends Disposable {
  /** Every variable from which a library takes a proxy, with the address of this proxy. */
  environment: Record<string, string>;
  connections(): number;
}

/** Starts a hostile proxy on 127.0.0.1. */
export async function startHostileProxy(): Promise<HostileProxy> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = ['http_proxy', 'https_proxy', 'grpc_proxy', 'all_proxy'];
  return {
    environment: Object.fromEntries(names.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, url])),
    connections: () => connections,
    [Symbol.dispose]: () => void server.close(),
  };
}
