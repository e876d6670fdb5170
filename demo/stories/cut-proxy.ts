import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { waitFor } from '../../src/platform/wait-for.ts';
import { airlockWrites, isEffect, isAcceptedExecutionWrite, type AuditedWrite } from '../audit.ts';

/**
 * A TCP proxy between the gateway and the API server of a target. The proxy forwards the encrypted bytes of TLS
 * unchanged. The proxy can close a connection after the target has applied a change and before the gateway gets the
 * response.
 */
export interface CutProxy extends AsyncDisposable {
  /** The URL of the proxy. The gateway uses this URL instead of the target's URL. */
  url: string;
  /** From now on, forwards new connections to this target. */
  connectTo(target: { url: string; auditLogFile: string }): void;
  /**
   * Waits for the next change of `object` by an execution. Meanwhile the proxy reads the audit log of the target before
   * it forwards a response. If the log has the change, the proxy calls `beforeClose`. Then the proxy closes the
   * connection without forwarding the response.
   * @param object in the form of `AuditedWrite.object`, such as `deployments shop/web`.
   * @returns the request that changed the object, after `beforeClose` has ended.
   */
  cutAfterChange(object: string, beforeClose: (change: AuditedWrite) => Promise<void>): Promise<AuditedWrite>;
}

/**
 * The longest wait, in milliseconds, for a change in the audit log. The API server logs a request just after it has
 * sent the response. The gateway sends a dry run before each change. If the log has only the dry run, the response can
 * belong to the dry run or to the change. So the proxy waits before it forwards the response.
 */
const longestWaitMs = 1_000;

/** A call of `cutAfterChange` whose change has not been found yet. */
interface PendingCut {
  object: string;
  /** The time of the call. */
  since: Date;
  beforeClose: (change: AuditedWrite) => Promise<void>;
  done: (change: AuditedWrite) => void;
}

/** Starts the proxy on 127.0.0.1. Until `connectTo` is called, the proxy closes each new connection at once. */
export async function startCutProxy(): Promise<CutProxy> {
  let target: { url: string; auditLogFile: string } | undefined;
  let pending: PendingCut | undefined;
  const sockets = new Set<Socket>();
  /** Looks for the change, and calls `beforeClose` if the change is found. @returns true if it was found. */
  const cutIfChanged = async (): Promise<boolean> => {
    const cut = pending;
    const change = cut && target && (await findChange(target.auditLogFile, cut));
    if (!change || pending !== cut) return false;
    pending = undefined;
    await cut.beforeClose(change);
    cut.done(change);
    return true;
  };
  const server = createServer((client) => {
    if (!target) return void client.destroy();
    const { hostname, port } = new URL(target.url);
    const upstream = connect(Number(port), hostname);
    const ends = [client, upstream];
    for (const socket of ends) {
      sockets.add(socket);
      socket.on('error', () => undefined); // a `close` event follows each `error` event
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of ends) each.destroy();
      });
    }
    client.pipe(upstream);
    // After an error, the proxy closes the connection to the client. The `close` event then closes the upstream one.
    forwardResponses(upstream, client, cutIfChanged).catch(() => client.destroy());
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
        pending = { object, since: new Date(), beforeClose, done };
      }),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

async function forwardResponses(upstream: Socket, client: Socket, cutIfChanged: () => Promise<boolean>): Promise<void> {
  for await (const chunk of upstream as AsyncIterable<Buffer>) {
    if (await cutIfChanged()) break;
    if (!client.write(chunk)) await once(client, 'drain');
  }
  client.destroy();
}

/**
 * Returns the first request in the audit log with which an execution changed the object. Returns undefined at once if
 * the log has neither a change nor a dry run. If the log has only a dry run, waits up to `longestWaitMs` for the
 * change.
 */
async function findChange(auditLogFile: string, { object, since }: PendingCut): Promise<AuditedWrite | undefined> {
  const wait = { what: `the change of ${object}`, every: 20, within: longestWaitMs, otherwise: () => undefined };
  const found = await waitFor(wait, async () => {
    const writes = (await airlockWrites(auditLogFile, since)).filter(
      (write) => isAcceptedExecutionWrite(write) && write.object === object,
    );
    const change = writes.find(isEffect);
    return change || writes.length === 0 ? { change } : undefined;
  });
  return found?.change;
}
