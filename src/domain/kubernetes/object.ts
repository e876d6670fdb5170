import { z } from 'zod';
import type { Json } from '../../lib/json.ts';

const dnsName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'expected a DNS-1123 name')
  .max(253);

/** A namespace or object name that Kubernetes itself would accept (RFC 1123). */
export const kubernetesNameSchema = dnsName;

/** What Airlock calls a cluster: short, because names of mounts and accounts are made of it. */
export const clusterNameSchema = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/, 'expected the name of a cluster');

/** One object of one cluster, by name. Cluster-scoped objects have no namespace. */
export const objectRefSchema = z.strictObject({
  apiVersion: z.string().max(253),
  kind: z.string().max(63),
  namespace: dnsName.optional(),
  name: dnsName,
});
export type ObjectRef = z.infer<typeof objectRefSchema>;

/** The part of a Kubernetes object's metadata that Airlock reads. */
export interface ObjectMeta {
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

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

/** A Kubernetes object exactly as the API server's JSON has it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [key: string]: any;
}

/** The name by which an object is found. */
export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, ...(namespace ? { namespace } : {}), name };
}

/** `Deployment shop/web`, for people. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;
}

/** True when both name the same object (API versions of one group are the same object). */
export function sameRef(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && group(a) === group(b);
}

function group(ref: ObjectRef): string {
  return ref.apiVersion.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : '';
}

/** The object of that name among others. */
export function findObject(objects: readonly KubeObject[], ref: ObjectRef): KubeObject | undefined {
  return objects.find((object) => sameRef(refOf(object), ref));
}

/** The objects whose controller is `owner`. */
export function ownedBy(objects: readonly KubeObject[], owner: KubeObject): KubeObject[] {
  return objects.filter((object) =>
    (object.metadata.ownerReferences ?? []).some((ref) => ref.controller === true && ref.uid === owner.metadata.uid),
  );
}
