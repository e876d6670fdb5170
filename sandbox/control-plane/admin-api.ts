import { AirlockError } from '../../src/lib/error.ts';
import type { HttpRequest } from '../../src/platform/http/exchange.ts';
import { createHttpClient, type HttpClient } from '../../src/platform/http/http-client.ts';
import { linesOf } from '../../src/platform/lines-of.ts';
import type { ResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { collectionPath } from '../../src/domain/kubernetes/resource-path.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/** A response of the sandbox's API server with any status. */
interface Answer {
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
 * A client of the sandbox's API server for set-up and observation, with one identity. Steps do not use it: they use the
 * same client as the gateway.
 */
export interface AdminApi extends Disposable {
  /** Sends a request and returns the response with any status. */
  send(request: AdminRequest): Promise<Answer>;
  /** Sends a request and returns the body. @throws AirlockError `sandbox-api-failed` if the status is not a success. */
  call(request: AdminRequest): Promise<any>;
  list(mapping: ResourceMapping, namespace?: string): Promise<{ items: KubeObject[]; resourceVersion: string }>;
  /** Streams every change after a list. Calls `ended` with the reason when the stream ends, which is a failure. */
  watch(mapping: ResourceMapping, resourceVersion: string, handlers: WatchHandlers): void;
}

interface WatchHandlers {
  changed: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;
  ended: (reason: string) => void;
}

const deadlines = { headersMs: 20_000, bodyMs: 20_000, totalMs: 60_000 };
/** Far larger than a list of all objects of one kind in a snapshot. */
const maxBytes = 128 * 1024 * 1024;
/** Characters of one watch event. etcd accepts requests of at most 1.5 MiB. */
const longestEvent = 16 * 1024 * 1024;
const connections = 64;

/** Creates a client that verifies the server by its CA. The token stays in memory. */
export function createAdminApi(access: { url: string; ca: string; token: string }): AdminApi {
  const client = createHttpClient({ origin: access.url, ca: access.ca, connections, deadlines, maxBytes });
  const authorization = `Bearer ${access.token}`;
  const requestOf = ({ method, path, body, headers }: AdminRequest): HttpRequest => ({
    method,
    path,
    json: body,
    headers: { authorization, ...headers },
  });

  const send = async (request: AdminRequest): Promise<Answer> => {
    const answer = await client.request(requestOf(request));
    return { status: answer.status, body: parsed(answer.text()) };
  };

  const call = async (request: AdminRequest): Promise<any> => {
    const { status, body } = await send(request);
    if (status < 300) return body;
    throw new AirlockError({
      code: 'sandbox-api-failed',
      message: `${request.method} ${request.path} in the sandbox: ${status} ${body?.message ?? ''}`,
    });
  };

  return {
    send,
    call,
    async list(mapping, namespace) {
      const body = await call({ method: 'GET', path: collectionPath(mapping, namespace) });
      const { apiVersion, kind } = mapping;
      const items = (body.items as KubeObject[]).map((item) => ({ ...item, apiVersion, kind }));
      return { items, resourceVersion: body.metadata.resourceVersion };
    },
    watch(mapping, resourceVersion, { changed, ended }) {
      const path = `${collectionPath(mapping)}?watch=true&resourceVersion=${resourceVersion}`;
      const { apiVersion, kind } = mapping;
      follow(client, requestOf({ method: 'GET', path }), ({ type, object }) => {
        changed(type, { ...object, apiVersion, kind });
      }).then(ended, (error: Error) => ended(error.message));
    },
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}

/** Reads one watch until it ends. @returns the reason. */
async function follow(client: HttpClient, request: HttpRequest, changed: (event: any) => void): Promise<string> {
  const exchange = await client.stream(request);
  if (exchange.status !== 200) return String(parsed((await exchange.read()).text())?.message);
  for await (const line of linesOf(exchange.chunks, longestEvent)) {
    const event = parsed(line);
    if (event?.type === 'ERROR') return String(event.object?.message);
    if (event) changed(event);
  }
  return 'the stream was closed';
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 300) }; // a plain-text response: its text becomes the error's message
  }
}
