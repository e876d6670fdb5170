import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { AirlockError } from '../../src/lib/error.ts';
import type { Kind } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/** One answer of the sandbox's API server, whatever its status. */
export interface Answer {
  status: number;
  body: any;
}

export interface AdminRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * The sandbox's API server for setting up and looking around, under one identity. Steps never run through it: they
 * use the client that the gateway uses too.
 */
export interface AdminApi extends Disposable {
  send(request: AdminRequest): Promise<Answer>;
  /** @throws AirlockError `sandbox-api` for every answer that is no success. */
  must(request: AdminRequest): Promise<any>;
  list(kind: Kind, namespace?: string): Promise<{ items: KubeObject[]; resourceVersion: string }>;
  /** Streams every change after a list; `ended` gets the reason when the stream ends, which it should not. */
  watch(kind: Kind, resourceVersion: string, handlers: WatchHandlers): void;
}

export interface WatchHandlers {
  changed: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;
  ended: (reason: string) => void;
}

const deadlineMs = 20_000;

/** @param access the server's CA verifies it; the token stays in memory. */
export function createAdminApi(access: { url: string; ca: string; token: string }): AdminApi {
  const agent = new Agent({ keepAlive: true, ca: access.ca, maxSockets: 64 });
  const authorization = `Bearer ${access.token}`;

  const open = ({ method, path, body, headers }: AdminRequest, timeout?: number) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const call = request(`${access.url}${path}`, {
      method,
      agent,
      ...(timeout ? { timeout } : {}),
      headers: { authorization, 'content-type': 'application/json', ...headers },
    });
    call.once('timeout', () => call.destroy(new Error(`no answer within ${deadlineMs / 1000} s`)));
    call.end(sent);
    return call;
  };

  const send = (asked: AdminRequest): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = open(asked, deadlineMs);
      call.once('error', reject);
      call.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body: parsed(text) });
        });
      });
    });

  const must = async (asked: AdminRequest): Promise<any> => {
    const { status, body } = await send(asked);
    if (status < 300) return body;
    throw new AirlockError({
      code: 'sandbox-api',
      message: `${asked.method} ${asked.path} in the sandbox: ${status} ${body?.message ?? ''}`,
      next: 'retry',
    });
  };

  return {
    send,
    must,
    async list(kind, namespace) {
      const body = await must({ method: 'GET', path: collectionPath(kind, namespace) });
      const { apiVersion, kind: name } = kind;
      const items = (body.items as KubeObject[]).map((item) => ({ ...item, apiVersion, kind: name }));
      return { items, resourceVersion: body.metadata.resourceVersion };
    },
    watch(kind, resourceVersion, { changed, ended }) {
      const call = open({
        method: 'GET',
        path: `${collectionPath(kind)}?watch=true&resourceVersion=${resourceVersion}`,
      });
      call.once('error', (error) => ended(error.message));
      call.once('response', (response) => {
        const lines = createInterface({ input: response });
        lines.on('line', (line) => {
          const event = parsed(line);
          if (event?.type === 'ERROR') ended(String(event.object?.message));
          else if (event) changed(event.type, { ...event.object, apiVersion: kind.apiVersion, kind: kind.kind });
        });
        lines.once('error', (error: Error) => ended(error.message)).once('close', () => ended('the stream was closed'));
        response.once('error', (error) => ended(error.message));
      });
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** Path of a kind's collection, in one namespace or all. */
export function collectionPath(kind: Kind, namespace?: string): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  return `${root}${namespace ? `/namespaces/${namespace}` : ''}/${kind.plural}`;
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 300) }; // a proxy-like plain text answer: its words go into the error
  }
}
