import { AirlockError } from '../../lib/error.ts';
import type { Kind } from '../../domain/kubernetes/resource-mapping.ts';
import { describeRef, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { ClusterReader } from '../../observation/ports.ts';
import type { KubernetesApi } from '../../steps/kubernetes-api.ts';
import { createConnection, type ClusterAccess } from './connection.ts';
import { collectionPath, objectPath } from './path.ts';
import { createSend, type Send } from './request.ts';

/** Objects per page of a list, as kubectl has it: bounds what one answer costs the API server. */
const pageSize = 500;

/** One API server under one identity. Disposing it closes its connections. */
export interface KubernetesClient extends KubernetesApi, ClusterReader, Disposable {}

/**
 * The only implementation of steps' port: the gateway and the sandbox's runner use the same. Objects go in and out as
 * the API server's JSON, never through client-node's typed models, which turn dates into Date and drop what they do
 * not know: bases and digests are over every field.
 * @param deadlineMs Longest time for one request, 30 s unless told otherwise.
 */
export function createKubernetesApi(access: ClusterAccess, deadlineMs?: number): KubernetesClient {
  const connection = createConnection(access);
  const send = createSend(connection, access.url, deadlineMs);
  return {
    async get(ref) {
      const path = objectPath(ref);
      return send({ method: 'GET', path, subject: describeRef(ref) }).catch(missingAsUndefined);
    },
    async patch({ target, subresource, patch }, { dryRun }) {
      const query = `fieldManager=airlock${dryRun ? '&dryRun=All' : ''}`;
      const path = `${objectPath(target)}${subresource ? `/${subresource}` : ''}?${query}`;
      return send({ method: 'PATCH', path, subject: describeRef(target), body: patch });
    },
    list: (kind, namespace) => listAll(send, kind, namespace),
    async version() {
      const version = await send({ method: 'GET', path: '/version', subject: 'version' });
      return String(version?.gitVersion ?? 'unknown');
    },
    [Symbol.dispose]: connection.close,
  };
}

/** Follows pages to the end. Items of a list carry no apiVersion and kind of their own, so they get the list's. */
async function listAll(send: Send, kind: Kind, namespace?: string): Promise<KubeObject[]> {
  const { apiVersion, kind: name } = kind;
  const objects: KubeObject[] = [];
  let next = '';
  do {
    const query = `limit=${pageSize}${next ? `&continue=${encodeURIComponent(next)}` : ''}`;
    const page = await send({
      method: 'GET',
      path: `${collectionPath(kind, namespace)}?${query}`,
      subject: `list of ${kind.plural}${namespace ? ` in ${namespace}` : ''}`,
    });
    for (const item of page.items ?? []) objects.push({ ...item, apiVersion, kind: name });
    next = page.metadata?.continue ?? '';
  } while (next);
  return objects;
}

function missingAsUndefined(error: unknown): undefined {
  if (error instanceof AirlockError && error.details['status'] === 404) return undefined;
  throw error;
}
