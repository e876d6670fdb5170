import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { waitFor } from '../../src/platform/wait-for.ts';
import { airlockWrites, isEffect, isMinted, type AuditedWrite } from '../audit.ts';

/**
 * A TCP proxy in front of a target's API server. It forwards bytes and does not touch TLS. Once armed, it closes the
 * connection at the worst moment: the target has applied a write, and its answer has not been forwarded.
 */
export interface CutProxy extends AsyncDisposable {
  /** Address for the client that is to connect through the proxy. */
  url: string;
  /** Forwards connections to this target from now on. */
  connectTo(target: { url: string; auditLogFile: string }): void;
  /**
   * Arms the proxy for one write: the first change of the object by a minted identity that the target's audit log shows
   * from now on. The proxy holds the answer back, runs `beforeClose`, then closes the connection.
   * @param object As in `AuditedWrite`. @returns the write, once it happened.
   */
  cutAfterChange(object: string, beforeClose: (write: AuditedWrite) => Promise<void>): Promise<AuditedWrite>;
}

/**
 * How long an answer that may be the write's is held until the audit log shows the write, milliseconds. The API server
 * logs a request just after it answers. The answer to the dry run before the write is held for the full time.
 */
const holdMs = 1_000;

interface Armed {
  object: string;
  since: Date;
  beforeClose: (write: AuditedWrite) => Promise<void>;
  done: (write: AuditedWrite) => void;
}

/** Listens on 127.0.0.1 at once. It closes connections that arrive before `connectTo`. */
export async function startCutProxy(): Promise<CutProxy> {
  let target: { url: string; auditLogFile: string } | undefined;
  let armed: Armed | undefined;
  const sockets = new Set<Socket>();
  /** True if the answer must not be forwarded. */
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
    // An error here closes the connection, which both ends notice.
    passAnswers(upstream, client, cutNow).catch(() => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connectTo(to) {
      target = to;
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

async function passAnswers(upstream: Socket, client: Socket, cutNow: () => Promise<boolean>): Promise<void> {
  for await (const chunk of upstream as AsyncIterable<Buffer>) {
    if (await cutNow()) break;
    if (!client.write(chunk)) await once(client, 'drain');
  }
  client.destroy();
}

/**
 * The change in the audit log. If the log shows only writes that are not a change (the dry run), it waits for the change
 * for up to `holdMs`; without any write of the object it returns at once.
 */
async function effectOn(auditLogFile: string, { object, since }: Armed): Promise<AuditedWrite | undefined> {
  const wait = { what: `the effect on ${object}`, every: 20, within: holdMs, otherwise: () => undefined };
  const found = await waitFor(wait, async () => {
    const writes = (await airlockWrites(auditLogFile, since)).filter(
      (write) => isMinted(write) && write.object === object,
    );
    const effect = writes.find(isEffect);
    return effect || writes.length === 0 ? { effect } : undefined;
  });
  return found?.effect;
}
