import type { KubeObject } from '../kubernetes/object.ts';
import type { Plan } from '../plan/plan.ts';

/** The state of one target. `airlock observe` takes the snapshot, and the sandbox runner loads it. */
export interface Snapshot {
  version: 'airlock-snapshot/1';
  cluster: string;
  /**
   * The time right after `airlock observe` had listed the nodes and pods, ISO 8601. The other objects and the events
   * were listed later.
   */
  takenAt: string;
  /** `gitVersion` of the target's API server. */
  kubernetes: string;
  /**
   * The objects of the kinds in `resourceMappings`, redacted. Also a stub of each Secret that the plan's pods need. A
   * stub has the name and the keys of a Secret, but no values.
   */
  objects: KubeObject[];
  /**
   * The newest events of the plan's namespace. The runner uses these events only to infer how pods behave. Empty for a
   * plan on cluster-scoped objects.
   */
  events: KubeObject[];
  /** Sentences about what the sandbox does not contain, such as the target's webhooks. */
  unknowns: string[];
}

/** The input of the sandbox runner, the process of one rehearsal. The runner reads the bundle from standard input. */
export interface Bundle {
  version: 'airlock-bundle/1';
  plan: Plan;
  snapshot: Snapshot;
  /**
   * Limit on each wait, in seconds. The runner waits until the sandbox settles: before the plan, after the plan, and
   * after the undo.
   */
  horizonSeconds: number;
  /** The runner divides modelled delays, such as the time until a container is ready, by this number. */
  speed: number;
}
