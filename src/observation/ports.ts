import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { ResourceMapping } from '../domain/kubernetes/resource-mapping.ts';
import type { Bundle } from '../domain/rehearsal/snapshot.ts';

/** Reads one cluster with the read lease of one incident (see `ReadLeases`). */
export interface ClusterReader {
  /** Lists every object of a kind (all pages), in one namespace. Without `namespace`, in all namespaces. */
  list(kind: ResourceMapping, namespace?: string): Promise<KubeObject[]>;
  /** Reads one object; undefined if it does not exist. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** The Kubernetes version of the API server: `gitVersion`, such as v1.36.0. */
  version(): Promise<string>;
}

/**
 * Vault leases for reading clusters. Each incident has one lease. It is revoked when the incident closes, even if the
 * process has restarted in between.
 */
export interface ReadLeases {
  /** Returns a reader that uses the incident's lease. The first call issues the lease. */
  reader(lease: { cluster: string; incident: string; trace: string }): Promise<ClusterReader>;
  /** Revokes the incident's lease. */
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
   * @returns the report, which is untrusted input.
   * @throws AirlockError `sandbox-failed`, `sandbox-timeout`, `sandbox-busy` (retry); `sandbox-unavailable` when this
   * machine does not allow the Linux namespaces that a sandbox needs.
   */
  rehearse(bundle: Bundle): Promise<unknown>;
}
