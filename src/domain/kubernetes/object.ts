import { z } from 'zod';
import { defined } from '../../lib/defined.ts';
import type { Json } from '../../lib/json.ts';

const dnsName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'expected a DNS-1123 name')
  .max(253);

/** A namespace or object name that Kubernetes itself would accept (RFC 1123). */
export const kubernetesNameSchema = dnsName;

/** Name of a cluster in Airlock's configuration. It is short because names of Vault mounts and accounts contain it. */
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

/** A Kubernetes object, exactly as the API server sends it in JSON. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [key: string]: any;
}

/** The reference that names an object. */
export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return defined({ apiVersion: object.apiVersion, kind: object.kind, namespace: namespace || undefined, name });
}

/** `Deployment shop/web`, for people. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;
}

/** True if both name the same object. All versions of an API group serve the same objects, so versions may differ. */
export function sameRef(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && group(a) === group(b);
}

function group(ref: ObjectRef): string {
  return ref.apiVersion.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : '';
}

/** The object that the reference names. */
export function findObject(objects: readonly KubeObject[], ref: ObjectRef): KubeObject | undefined {
  return objects.find((object) => sameRef(refOf(object), ref));
}
