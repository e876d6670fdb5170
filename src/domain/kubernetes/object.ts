import { z } from 'zod';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Json } from '../../lib/json/json.ts';

const dnsName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'expected a DNS-1123 name')
  .max(253);

/** The name of a namespace or object, in the form of RFC 1123. */
export const kubernetesNameSchema = dnsName;

/**
 * Name of a cluster in Airlock's configuration. The length is limited, because names of Vault mounts and
 * ServiceAccounts contain the name of the cluster.
 */
export const clusterNameSchema = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/, 'expected the name of a cluster');

/** Names one object of a cluster. Cluster-scoped objects have no namespace. */
export const objectRefSchema = z.strictObject({
  apiVersion: z.string().max(253),
  kind: z.string().max(63),
  namespace: dnsName.optional(),
  name: dnsName,
});
export type ObjectRef = z.infer<typeof objectRefSchema>;

/** The part of a Kubernetes object's metadata that Airlock reads. */
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

/** A reference to an owner (meta/v1 OwnerReference). */
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

/** Returns the text that names the object in messages for people, such as `Deployment shop/web`. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;
}

/**
 * Returns true if both references name the same object. The API versions may differ within an API group, because all
 * versions of a group serve the same objects.
 */
export function sameRef(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && apiGroup(a) === apiGroup(b);
}

function apiGroup(ref: ObjectRef): string {
  return ref.apiVersion.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : '';
}

/** Returns the object that the reference names, if this object is in the list. */
export function findObject(objects: readonly KubeObject[], ref: ObjectRef): KubeObject | undefined {
  return objects.find((object) => sameRef(refOf(object), ref));
}
