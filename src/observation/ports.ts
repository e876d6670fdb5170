import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { ResourceMapping } from '../domain/kubernetes/resource-mapping.ts';
import type { Bundle } from '../domain/rehearsal/snapshot.ts';

/** Reads one cluster with the read lease of one incident (see `ReadLeases`). */
export interface ClusterReader {
  /** Lists every object of a kind (all pages), in one namespace. Without `namespace`, in all namespaces. */
  list(kind: ResourceMapping, namespace?: string): Promise<KubeObject[]>;
  /** Reads one object; undefined if it does not exist. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** Returns the Kubernetes version of the API server (`gitVersion`), such as v1.36.0. */
  version(): Promise<string>;
}

/**
 * Issues and revokes the Vault leases for reading clusters. All activities of an incident share a lease. A new lease
 * replaces one that is lost or expires soon.
 */
export interface ReadLeases {
  /** Returns a reader that uses the incident's lease. Issues a lease if the incident has no usable one. */
  reader(lease: { cluster: string; incident: string; trace: string }): Promise<ClusterReader>;
  /** Revokes all leases of the incident, even those that were issued before a restart of the process. */
  close(lease: { cluster: string; incident: string; trace: string }): Promise<void>;
}

/** Signs the canonical JSON of a statement with the observer's key (Vault transit key `report`). */
export interface ReportSigner {
  sign(statement: unknown): Promise<string>;
}

/** Runs rehearsals, each in a disposable control plane. */
export interface Sandbox {
  /**
   * Rehearses one bundle (a plan and a snapshot).
   * @returns the report. It is untrusted: the caller must check it.
   * @throws AirlockError `sandbox-failed`, `sandbox-timeout`, `sandbox-busy` (retry); `sandbox-unavailable` if this
   * machine does not allow the Linux namespaces that a sandbox needs.
   */
  rehearse(bundle: Bundle): Promise<unknown>;
}
