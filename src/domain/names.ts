import { digestOf, shortDigest, type Digest } from '../lib/digest.ts';

/**
 * The kind of work that this build of Airlock does: it repairs incidents. Every name of a task queue or Vault identity
 * contains this word, such as `airlock-remediation-gateway`. Two other kinds of work are planned: capacity and
 * security. Their task queues and identities will have other names.
 */
export const agentClass = 'remediation';

/**
 * The four planes (parts of Airlock with different rights). Each has its own process, task queue, Vault identity and
 * PostgreSQL role.
 */
export const planes = ['governance', 'reasoning', 'observation', 'execution'] as const;
/** One of the four planes. */
export type Plane = (typeof planes)[number];

/** The name of each plane's process on the command line and in identities. */
export const processNames = {
  governance: 'serve',
  reasoning: 'reason',
  observation: 'observe',
  execution: 'gateway',
} as const satisfies Record<Plane, string>;
/** The name of one plane's process. */
export type ProcessName = (typeof processNames)[Plane];

/** Temporal task queue of a plane. */
export function taskQueue(plane: Plane): string {
  return `airlock-${agentClass}-${plane}`;
}

/** Temporal namespace that holds the workflows. */
export const temporalNamespace = 'airlock';

/**
 * Mount of Vault's Kubernetes secrets engine that issues grants (short-lived credentials for one execution) for one
 * cluster.
 */
export function execMount(cluster: string): string {
  return `k8s-${cluster}-exec`;
}

/**
 * Mount of Vault's Kubernetes secrets engine that issues read leases (short-lived credentials that can only read) for one
 * cluster.
 */
export function readMount(cluster: string): string {
  return `k8s-${cluster}-read`;
}

/**
 * Mount of Vault's Kubernetes secrets engine that issues grants for the nodes of one cluster. The mount exists only if
 * the cluster's administrator allows node actions.
 */
export function nodeMount(cluster: string): string {
  return `k8s-${cluster}-node`;
}

/** Prefix of all labels and annotations that Airlock writes in a target cluster. */
export const metadataPrefix = 'airlock.dev/';

/** Namespace of Airlock's own objects in every target cluster. */
export const systemNamespace = 'airlock-system';

/**
 * Workflow id for a group of alerts. The id depends only on cluster and group, so a second start finds the running
 * workflow.
 */
export function workflowId(cluster: string, group: string): string {
  return `airlock-${agentClass}-${shortDigest(digestOf(['workflow', cluster, group]))}`;
}

/** Id of a schedule in Temporal. The ids of the workflows that the schedule starts begin with this id. */
export function scheduleId(id: string): string {
  return `${schedulePrefix}${id}`;
}

/** Prefix by which Airlock recognises its own schedules in a Temporal namespace. */
export const schedulePrefix = `airlock-${agentClass}-schedule-`;

/** Id of an incident. Incidents of the same group differ in the start of their first alert. */
export function incidentId(cluster: string, group: string, startsAt: string): string {
  return `inc-${shortDigest(digestOf(['incident', cluster, group, startsAt]))}`;
}

/**
 * Id of an execution. The id depends only on the approved dossier and the direction. A workflow that was reset
 * therefore gets the same id again, and the execution ledger prevents a second write.
 */
export function executionId(dossier: Digest, direction: 'do' | 'undo'): string {
  return `exe-${shortDigest(digestOf(['execution', dossier, direction]))}`;
}
