import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { ResourceMapping } from '../domain/kubernetes/resource-mapping.ts';
import type { Bundle } from '../domain/rehearsal/snapshot.ts';

/** Reads one cluster with the read lease of one incident (see `ReadLeases`). */
export interface ClusterReader {
  /** Lists all objects of a kind in one namespace. Without `namespace`, lists the objects in the whole cluster. */
  list(kind: ResourceMapping, namespace?: string): Promise<KubeObject[]>;
  /** Reads one object. Returns undefined if the object does not exist. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** Returns the `gitVersion` of the API server, such as v1.36.0, or `unknown` if the answer lacks it. */
  version(): Promise<string>;
}

/**
 * Issues and revokes the Vault leases for reading clusters. All activities of an incident share one lease. A new lease
 * replaces a lease that expires soon or whose credential no longer works.
 */
export interface ReadLeases {
  /**
   * Returns a reader that uses the incident's lease. Issues a lease if the incident has no usable lease.
   * @param purpose the incident and its cluster. `trace` is the trace id of the incident.
   */
  reader(purpose: { cluster: string; incident: string; trace: string }): Promise<ClusterReader>;
  /** Revokes all leases of the incident, including the leases that were issued before a restart of this process. */
  close(purpose: { cluster: string; incident: string; trace: string }): Promise<void>;
}

/** Signs rehearsal reports with the key of `airlock observe` (Vault transit key `report`). */
export interface ReportSigner {
  /** Signs the canonical JSON of a report's statement. Returns the signature in the form `vault:v<key version>:<base64>`. */
  sign(statement: unknown): Promise<string>;
}

/** Runs each rehearsal in a temporary control plane of its own. */
export interface Sandbox {
  /**
   * Rehearses the plan of the bundle.
   * @returns the report. The caller must check the report, because it is untrusted.
   * @throws AirlockError `sandbox-failed` (retry), `sandbox-timeout` (retry) or `sandbox-busy` (retry). Throws
   * `sandbox-unavailable` if this machine does not allow the Linux namespaces that a sandbox needs.
   */
  rehearse(bundle: Bundle): Promise<unknown>;
}
