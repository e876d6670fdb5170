import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { ResourceMapping } from '../domain/kubernetes/resource-mapping.ts';
import type { Bundle } from '../domain/rehearsal/snapshot.ts';

/** Reads one cluster with the read lease of one incident. */
export interface ClusterReader {
  /** Lists every object of a kind, in one namespace or in all, over all pages. */
  list(kind: ResourceMapping, namespace?: string): Promise<KubeObject[]>;
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** `gitVersion` of the API server. */
  version(): Promise<string>;
}

/** Read leases: one per incident, taken when first needed and revoked at its close, also after a restart. */
export interface ReadLeases {
  reader(lease: { cluster: string; incident: string; trace: string }): Promise<ClusterReader>;
  close(lease: { cluster: string; incident: string; trace: string }): Promise<void>;
}

/** Signs the canonical JSON of a statement as the observer (Vault transit key `report`). */
export interface ReportSigner {
  sign(statement: unknown): Promise<string>;
}

/** Runs one bundle in a disposable control plane. The result is untrusted input. */
export interface Sandbox {
  /** @throws AirlockError `sandbox-failed`, `sandbox-timeout`, `sandbox-busy` (retry), `sandbox-unavailable` (no namespaces). */
  rehearse(bundle: Bundle): Promise<unknown>;
}
