import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { airlockWrites, isEffect, isMinted, type AuditedWrite } from '../audit.ts';

/**
 * Stands before a target's API server and passes bytes on; TLS is not touched. Armed, it cuts at the one moment that
 * matters most: the target has applied a write, and its answer has not been passed on.
 */
export interface CutProxy extends AsyncDisposable {
  /** What is given out as the target's address. */
  url: string;
  /** From now on connections are passed on to this target. */
  passTo(target: { url: string; auditLogFile: string }): void;
  /**
   * Cuts once, at the first effect of a minted identity on an object that the target's audit log shows from now on:
   * `first` runs while the answer is held back, then the connection is closed.
   * @param object as `AuditedWrite` has it. @returns the write, when it is there.
   */
  cut(object: string, first: (write: AuditedWrite) => Promise<void>): Promise<AuditedWrite>;
}

/**
 * How long the answer to what may be the write waits for the audit log, milliseconds. The log is written by whoever
 * answers, right after the answer; what is held in vain is the answer to the dry run before.
 */
const holdMs = 1_000;

interface Armed {
  object: string;
  since: Date;
  first: (write: AuditedWrite) => Promise<void>;
  done: (write: AuditedWrite) => void;
}

/** Listens on 127.0.0.1 at once; who connects before `passTo` is turned away. */
export async function startCutProxy(): Promise<CutProxy> {
  let target: { url: string; auditLogFile: string } | undefined;
  let armed: Armed | undefined;
  const sockets = new Set<Socket>();
  /** True where the answer must not be passed on. */
  const cutNow = async (): Promise<boolean> => {
    const cut = armed;
    const write = cut && target && (await effectOn(target.auditLogFile, cut));
    if (!write || armed !== cut) return false;
    armed = undefined;
    await cut.first(write);
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
      socket.on('error', () => undefined); // its close is what counts
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of ends) each.destroy();
      });
    }
    client.pipe(upstream);
    // What fails here has closed the connection, which both ends see.
    passAnswers(upstream, client, cutNow).catch(() => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passTo: (to) => void (target = to),
    cut: (object, first) => new Promise((done) => void (armed = { object, since: new Date(), first, done })),
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

/** The effect that the log shows, given time where the log shows its dry run. */
async function effectOn(auditLogFile: string, { object, since }: Armed): Promise<AuditedWrite | undefined> {
  const until = Date.now() + holdMs;
  for (;;) {
    const writes = (await airlockWrites(auditLogFile, since)).filter(
      (write) => isMinted(write) && write.object === object,
    );
    const effect = writes.find(isEffect);
    if (effect || writes.length === 0 || Date.now() > until) return effect;
    await sleep(20);
  }
}
