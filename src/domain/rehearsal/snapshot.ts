import type { KubeObject } from '../kubernetes/object.ts';
import type { Plan } from '../plan/plan.ts';

/** The redacted state of one cluster. `airlock observe` takes the snapshot, and the sandbox runner loads it. */
export interface Snapshot {
  version: 'airlock-snapshot/1';
  cluster: string;
  /** When the API server had answered the lists of nodes and pods, ISO 8601. The other lists are newer. */
  takenAt: string;
  /** `gitVersion` of the target's API server. */
  kubernetes: string;
  /**
   * The objects of the kinds in `resourceMappings`, redacted, and stubs of the Secrets that affected pods use. A stub
   * has names and keys, but no values.
   */
  objects: KubeObject[];
  /** The newest events of the plan's namespace. The runner infers from events how pods behave, but loads no events. */
  events: KubeObject[];
  /** What the sandbox does not contain, one sentence each: webhooks, aggregated API services, custom resources. */
  unknowns: string[];
}

/** The whole input of the sandbox runner. The runner reads the bundle from standard input. */
export interface Bundle {
  version: 'airlock-bundle/1';
  plan: Plan;
  snapshot: Snapshot;
  /**
   * Time limit, seconds of sandbox time. After each part of the rehearsal, the runner waits at most this long until the
   * sandbox settles.
   */
  horizonSeconds: number;
  /** The runner divides modelled delays, such as the time until a container is ready, by this factor. */
  speed: number;
}
