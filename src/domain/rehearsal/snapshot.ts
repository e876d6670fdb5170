import type { KubeObject } from '../kubernetes/object.ts';
import type { Plan } from '../plan/plan.ts';

/** The redacted state of one cluster, as it is loaded into a sandbox. Written by observation, read by the runner. */
export interface Snapshot {
  version: 'airlock-snapshot/1';
  cluster: string;
  /** When the first list was answered, ISO 8601. */
  takenAt: string;
  /** `gitVersion` of the target's API server. */
  kubernetes: string;
  /** Every object of the kinds in kinds.ts, redacted; Secrets only as stubs with names and keys, no values. */
  objects: KubeObject[];
  /** Events of the plan's namespace, for the inference of behaviour only; never loaded. */
  events: KubeObject[];
  /** What the sandbox cannot hold, in sentences: webhooks, foreign API services, custom resources. */
  unknowns: string[];
}

/** Everything the sandbox runner reads, on its standard input, and nothing else. */
export interface Bundle {
  version: 'airlock-bundle/1';
  plan: Plan;
  snapshot: Snapshot;
  /** Longest time, in seconds of the sandbox, that the runner waits for each phase to settle. */
  horizonSeconds: number;
  /** Modelled delays run divided by this factor. */
  speed: number;
}
