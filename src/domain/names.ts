import { digestOf, shortDigest, type Digest } from '../lib/digest.ts';

/** The class of agents that this build carries; part of every queue and identity name (capacity, security later). */
export const agentClass = 'remediation';

/** The four planes, each a process, a task queue, a Vault identity and a PostgreSQL role of its own. */
export const planes = ['governance', 'reasoning', 'observation', 'execution'] as const;
export type Plane = (typeof planes)[number];

/** The process that is a plane, as the command line and the identities call it. */
export const processOf = {
  governance: 'serve',
  reasoning: 'reason',
  observation: 'observe',
  execution: 'gateway',
} as const satisfies Record<Plane, string>;
export type ProcessName = (typeof processOf)[Plane];

/** Temporal task queue of a plane. */
export function taskQueue(plane: Plane): string {
  return `airlock-${agentClass}-${plane}`;
}

/** Temporal namespace that holds the workflows. */
export const temporalNamespace = 'airlock';

/** Vault mount whose leases are grants on one cluster. */
export function execMount(cluster: string): string {
  return `k8s-${cluster}-exec`;
}

/** Vault mount whose leases read one cluster. */
export function readMount(cluster: string): string {
  return `k8s-${cluster}-read`;
}

/** Vault mount whose leases are grants on the nodes of one cluster; only where the cluster's owner wants node actions. */
export function nodeMount(cluster: string): string {
  return `k8s-${cluster}-node`;
}

/** Label and annotation prefix on everything that Airlock leaves in a target. */
export const prefix = 'airlock.dev/';

/** Namespace on every target where Airlock's own objects live. */
export const systemNamespace = 'airlock-system';

/** Workflow id of the incident that is open for a group: a second start finds the first. */
export function workflowId(cluster: string, group: string): string {
  return `airlock-${agentClass}-${shortDigest(digestOf(['workflow', cluster, group]))}`;
}

/** Id of a schedule in Temporal, and how the ids of the workflows begin that it starts. */
export function scheduleId(id: string): string {
  return `${schedulePrefix}${id}`;
}

/** By this Airlock knows its own schedules among those of a namespace. */
export const schedulePrefix = `airlock-${agentClass}-schedule-`;

/** Id of an incident: the group's n-th incident differs from the others by its first alert's start. */
export function incidentId(cluster: string, group: string, startsAt: string): string {
  return `inc-${shortDigest(digestOf(['incident', cluster, group, startsAt]))}`;
}

/** Id of an execution: derived from what was signed, so that no reset of a workflow can repeat an effect. */
export function executionId(dossier: Digest, direction: 'do' | 'undo'): string {
  return `exe-${shortDigest(digestOf(['execution', dossier, direction]))}`;
}
