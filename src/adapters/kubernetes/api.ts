import { AirlockError } from '../../lib/error.ts';
import type { ResourceMapping } from '../../domain/kubernetes/resource-mapping.ts';
import { describeRef, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { ClusterReader } from '../../observation/ports.ts';
import type { KubernetesApi } from '../../steps/kubernetes-api.ts';
import { createConnection, type ClusterAccess } from './connection.ts';
import { collectionPath, objectPath } from '../../domain/kubernetes/resource-path.ts';
import { createSend, type Send } from './request.ts';

/**
 * Largest number of objects in one page of a list, as in kubectl. Without this limit, one answer could cost the API
 * server too much work.
 */
const pageSize = 500;
/** Shorter than the API server's own limit for a request, 60 s. */
const defaultDeadlineMs = 30_000;

/** A client of one API server. All requests have the same token. Disposing the client closes its connections. */
export interface KubernetesClient extends KubernetesApi, ClusterReader, Disposable {}

/**
 * Creates a client. The gateway, observe and the sandbox use it. Objects have every field that the API server sends,
 * because Airlock computes digests of objects. The typed models of the library client-node would change these digests:
 * these models turn dates into `Date` objects and drop unknown fields.
 * @param deadlineMs longest time for one request, from the call to the last byte of the answer.
 */
export function createKubernetesApi(access: ClusterAccess, deadlineMs = defaultDeadlineMs): KubernetesClient {
  const connection = createConnection(access, deadlineMs);
  const send = createSend(connection, access.url);
  return {
    async get(ref) {
      const path = objectPath(ref);
      return send({ method: 'GET', path, description: describeRef(ref) }).catch(undefinedIfNotFound);
    },
    async patch({ object, subresource, patch }, { dryRun }) {
      const query = `fieldManager=airlock${dryRun ? '&dryRun=All' : ''}`;
      const path = `${objectPath(object)}${subresource ? `/${subresource}` : ''}?${query}`;
      return send({ method: 'PATCH', path, description: describeRef(object), body: patch });
    },
    list: (mapping, namespace) => listAll(send, mapping, namespace),
    async version() {
      const version = await send({ method: 'GET', path: '/version', description: 'version' });
      return String(version?.gitVersion ?? 'unknown');
    },
    [Symbol.dispose]: connection.close,
  };
}

/**
 * Lists all objects of one kind, page by page. The API server omits `apiVersion` and `kind` from the items of a list.
 * This function adds the two fields.
 */
async function listAll(send: Send, mapping: ResourceMapping, namespace?: string): Promise<KubeObject[]> {
  const { apiVersion, kind, plural } = mapping;
  const objects: KubeObject[] = [];
  let continueToken = '';
  do {
    const query = `limit=${pageSize}${continueToken ? `&continue=${encodeURIComponent(continueToken)}` : ''}`;
    const page = await send({
      method: 'GET',
      path: `${collectionPath(mapping, namespace)}?${query}`,
      description: `list of ${plural}${namespace ? ` in ${namespace}` : ''}`,
    });
    for (const item of page.items ?? []) objects.push({ ...item, apiVersion, kind });
    continueToken = page.metadata?.continue ?? '';
  } while (continueToken);
  return objects;
}

function undefinedIfNotFound(error: unknown): undefined {
  if (error instanceof AirlockError && error.details['status'] === 404) return undefined;
  throw error;
}
