import type { KubeObject } from '../kubernetes/object.ts';
import type { Plan } from '../plan/plan.ts';

/** The redacted state of one cluster. The observation plane takes the snapshot, and the sandbox runner loads it. */
export interface Snapshot {
  version: 'airlock-snapshot/1';
  cluster: string;
  /** When the API server answered the first list, ISO 8601. */
  takenAt: string;
  /** `gitVersion` of the target's API server. */
  kubernetes: string;
  /** All objects of the kinds in resource-mapping.ts, redacted. Secrets are stubs with names and keys, without values. */
  objects: KubeObject[];
  /** Events of the plan's namespace. The runner infers the behaviour of containers from them and does not load them. */
  events: KubeObject[];
  /** What the sandbox cannot load, one sentence each: webhooks, aggregated API services, custom resources. */
  unknowns: string[];
}

/** The whole input of the sandbox runner. The runner reads the bundle from standard input. */
export interface Bundle {
  version: 'airlock-bundle/1';
  plan: Plan;
  snapshot: Snapshot;
  /**
   * Time limit, in seconds of sandbox time: after each part of the rehearsal, the runner waits at most this long for
   * the cluster to settle.
   */
  horizonSeconds: number;
  /** The runner divides modelled delays, such as the time until a container is ready, by this factor. */
  speed: number;
}
