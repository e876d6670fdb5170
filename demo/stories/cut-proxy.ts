import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { waitFor } from '../../src/platform/wait-for.ts';
import { airlockWrites, isEffect, isExecutionWrite, type AuditedWrite } from '../audit.ts';

/**
 * A TCP proxy between a client and the API server of a target. The proxy forwards the encrypted bytes of TLS unchanged.
 * After `cutAfterChange`, the proxy closes a connection at the worst moment: the target has applied a write, and the
 * client has not received the response.
 */
export interface CutProxy extends AsyncDisposable {
  /** The address to which the client connects instead of the target. */
  url: string;
  /** Forwards all later connections to this target. */
  connectTo(target: { url: string; auditLogFile: string }): void;
  /**
   * Arms the proxy for one write: the first change of the object by an execution after this call. The proxy holds each
   * response back until it has looked for the write in the audit log of the target. When the log shows the write, the
   * proxy runs `beforeClose` and closes the connection without forwarding the response.
   * @param object in the form of `AuditedWrite.object`, such as `deployments shop/web`.
   * @returns the write, after `beforeClose` has run.
   */
  cutAfterChange(object: string, beforeClose: (write: AuditedWrite) => Promise<void>): Promise<AuditedWrite>;
}

/**
 * How long (in milliseconds) the proxy holds a response back while it waits for the write in the audit log. The API
 * server logs a request just after the response. The gateway sends a dry run before the write. While the log shows only
 * the dry run, the response can belong to the dry run or to the write. So the proxy waits for the whole time.
 */
const holdMs = 1_000;

interface Armed {
  object: string;
  since: Date;
  beforeClose: (write: AuditedWrite) => Promise<void>;
  done: (write: AuditedWrite) => void;
}

/** Starts the proxy on 127.0.0.1. The proxy closes each connection that arrives before `connectTo`. */
export async function startCutProxy(): Promise<CutProxy> {
  let target: { url: string; auditLogFile: string } | undefined;
  let armed: Armed | undefined;
  const sockets = new Set<Socket>();
  /** Returns true if the write has happened and `beforeClose` has run. Then the response must not be forwarded. */
  const cutNow = async (): Promise<boolean> => {
    const cut = armed;
    const write = cut && target && (await effectOn(target.auditLogFile, cut));
    if (!write || armed !== cut) return false;
    armed = undefined;
    await cut.beforeClose(write);
    cut.done(write);
    return true;
  };
  const server = createServer((client) => {
    if (!target) return void client.destroy();
    const { hostname, port } = new URL(target.url);
    const upstream = connect(Number(port), hostname);
    const ends = [client, upstream];
    for (const socket of ends) {
      sockets.add(socket);
      socket.on('error', () => undefined); // the close event follows and is handled
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of ends) each.destroy();
      });
    }
    client.pipe(upstream);
    // After an error, the proxy closes the connection to the client. Then the connection to the target closes too.
    forwardResponses(upstream, client, cutNow).catch(() => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connectTo(newTarget) {
      target = newTarget;
    },
    cutAfterChange: (object, beforeClose) =>
      new Promise((done) => {
        armed = { object, since: new Date(), beforeClose, done };
      }),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

async function forwardResponses(upstream: Socket, client: Socket, cutNow: () => Promise<boolean>): Promise<void> {
  for await (const chunk of upstream as AsyncIterable<Buffer>) {
    if (await cutNow()) break;
    if (!client.write(chunk)) await once(client, 'drain');
  }
  client.destroy();
}

/**
 * Returns the change that the audit log shows. If the log shows no write of the object, the function returns undefined
 * at once. If the log shows only a dry run, the function waits up to `holdMs` for the change.
 */
async function effectOn(auditLogFile: string, { object, since }: Armed): Promise<AuditedWrite | undefined> {
  const wait = { what: `the effect on ${object}`, every: 20, within: holdMs, otherwise: () => undefined };
  const found = await waitFor(wait, async () => {
    const writes = (await airlockWrites(auditLogFile, since)).filter(
      (write) => isExecutionWrite(write) && write.object === object,
    );
    const effect = writes.find(isEffect);
    return effect || writes.length === 0 ? { effect } : undefined;
  });
  return found?.effect;
}
