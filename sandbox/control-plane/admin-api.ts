import { AirlockError } from '../../src/lib/error.ts';
import type { Exchange } from '../../src/platform/http/exchange.ts';
import {
  createKubeClient,
  parseKubeBody,
  type KubeAnswer,
  type KubeCall,
} from '../../src/platform/kubernetes/kube-client.ts';
import { linesOf } from '../../src/platform/lines-of.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { ResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import { collectionPath } from '../../src/domain/kubernetes/resource-path.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/**
 * A client of the sandbox's API server, usually with the token of the sandbox's administrator. Only `mint` creates a
 * client with the token of a minter. The steps of a plan do not use this client. They use the client that the gateway uses too.
 */
export interface AdminApi extends Disposable {
  /** Sends a request and returns the response, whatever its status is. */
  send(call: KubeCall): Promise<KubeAnswer>;
  /** Sends a request and returns the response's body. @throws AirlockError `sandbox-api-failed` for a status >= 300. */
  call(call: KubeCall): Promise<any>;
  /**
   * Lists the objects of one kind, in this namespace or (by default) in all namespaces. Adds `apiVersion` and `kind`
   * to each object, because Kubernetes leaves out both fields in a list.
   */
  list(mapping: ResourceMapping, namespace?: string): Promise<{ items: KubeObject[]; resourceVersion: string }>;
  /**
   * Watches one kind in all namespaces. Calls `changed` for every change after `resourceVersion`. If the watch ends,
   * calls `ended` with the reason and does not watch again.
   */
  watch(mapping: ResourceMapping, resourceVersion: string, handlers: WatchHandlers): void;
}

interface WatchHandlers {
  changed: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;
  ended: (reason: string) => void;
}

const deadlines = { headersMs: 20_000, bodyMs: 20_000, totalMs: 60_000 };
/** Size limit of a watch event, in characters. Events are far smaller: etcd accepts only objects up to 1.5 MiB. */
const maxEventLength = 16 * 1024 * 1024;

/** Creates a client with this token. The client accepts only a server certificate that `ca` signed. */
export function createAdminApi(access: { url: string; ca: string; token: string }): AdminApi {
  const client = createKubeClient({ ...access, token: new Secret(access.token) }, deadlines);

  const call = async (request: KubeCall): Promise<any> => {
    const { status, body } = await client.request(request);
    if (status < 300) return body;
    throw new AirlockError({
      code: 'sandbox-api-failed',
      message: `${request.method} ${request.path}: the sandbox's API server answered ${status} (${body?.message ?? 'no message'}): rehearse again`,
    });
  };

  return {
    send: client.request,
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
      readWatch(client.stream({ method: 'GET', path }), ({ type, object }) => {
        changed(type, { ...object, apiVersion, kind });
      }).then(ended, (error: Error) => ended(error.message));
    },
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}

/** Reads a watch until the watch ends. @returns the reason why the watch ended. */
async function readWatch(stream: Promise<Exchange>, changed: (event: any) => void): Promise<string> {
  const exchange = await stream;
  if (exchange.status !== 200) return String(parseKubeBody((await exchange.read()).text())?.message);
  for await (const line of linesOf(exchange.chunks, maxEventLength)) {
    const event = parseKubeBody(line);
    if (event?.type === 'ERROR') return String(event.object?.message);
    if (event) changed(event);
  }
  return 'the API server closed the stream';
}
