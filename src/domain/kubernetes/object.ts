import { z } from 'zod';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Json } from '../../lib/json/json.ts';

/** The name of a namespace or another object (RFC 1123). */
export const kubernetesNameSchema = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'expected a DNS-1123 name')
  .max(253);

/**
 * The name of a cluster in Airlock's configuration. The length is limited, because paths of Vault mounts contain the
 * name.
 */
export const clusterNameSchema = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/,
    'expected a cluster name: at most 32 lower-case letters, digits and inner hyphens',
  );

/** A reference to one object of a cluster. Cluster-scoped objects have no namespace. */
export const objectRefSchema = z.strictObject({
  apiVersion: z.string().max(253),
  kind: z.string().max(63),
  namespace: kubernetesNameSchema.optional(),
  name: kubernetesNameSchema,
});
export type ObjectRef = z.infer<typeof objectRefSchema>;

/** The metadata of a Kubernetes object (meta/v1 ObjectMeta). */
interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  managedFields?: Json[];
  [key: string]: unknown;
}

/** An owner reference of Kubernetes (meta/v1 OwnerReference). */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

/** A Kubernetes object in the JSON form of the Kubernetes API. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [key: string]: any;
}

/** Returns the reference to an object. */
export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return omitUndefined({ apiVersion: object.apiVersion, kind: object.kind, namespace: namespace || undefined, name });
}

/** Returns kind, namespace and name of the object for messages, such as `Deployment shop/web`. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;
}

/**
 * Returns true if both references name the same object. All versions of an API group serve the same objects, so the
 * versions are not compared.
 */
export function sameRef(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && apiGroup(a) === apiGroup(b);
}

/** Returns the API group in an `apiVersion`. The core group is the empty text. */
export function apiGroup({ apiVersion }: { apiVersion: string }): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Returns the object that the reference names, if `objects` contains this object. */
export function findObject(objects: readonly KubeObject[], ref: ObjectRef): KubeObject | undefined {
  return objects.find((object) => sameRef(refOf(object), ref));
}
