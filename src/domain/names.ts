import { digestOf, shortDigest, type Digest } from '../lib/digest.ts';

/**
 * The kind of work that this build of Airlock does: it repairs incidents. Every name of a task queue or Vault identity
 * contains this word, such as `airlock-remediation-gateway`. Two other kinds of work are planned: capacity and
 * security. Their task queues and identities will have other names.
 */
export const agentClass = 'remediation';

/**
 * The four planes: parts of Airlock with different rights. Each plane has its own process, task queue, Vault identity
 * and PostgreSQL role.
 */
export const planes = ['governance', 'reasoning', 'observation', 'execution'] as const;
/** One of the four planes. */
export type Plane = (typeof planes)[number];

/** For each plane: the name of its process on the command line and in identities. */
export const processNames = {
  governance: 'serve',
  reasoning: 'reason',
  observation: 'observe',
  execution: 'gateway',
} as const satisfies Record<Plane, string>;
/** The name of one plane's process. */
export type ProcessName = (typeof processNames)[Plane];

/** Returns the name of a plane's Temporal task queue. */
export function taskQueue(plane: Plane): string {
  return `airlock-${agentClass}-${plane}`;
}

/** The Temporal namespace of Airlock's workflows. */
export const temporalNamespace = 'airlock';

/**
 * Returns the path of the Vault mount (Kubernetes secrets engine) that issues grants for the namespaces of one cluster.
 * A grant is the credential of one execution.
 */
export function execMount(cluster: string): string {
  return `k8s-${cluster}-exec`;
}

/**
 * Returns the path of the Vault mount that issues read leases for one cluster. A read lease is a temporary credential
 * that can only read.
 */
export function readMount(cluster: string): string {
  return `k8s-${cluster}-read`;
}

/**
 * Returns the path of the Vault mount that issues grants for the nodes of one cluster. The mount exists only if the
 * cluster's administrator allows node actions.
 */
export function nodeMount(cluster: string): string {
  return `k8s-${cluster}-node`;
}

/** Prefix of all labels and annotations that Airlock writes in a target cluster. */
export const metadataPrefix = 'airlock.dev/';

/** Namespace of Airlock's own objects in every target cluster. */
export const systemNamespace = 'airlock-system';

/**
 * Returns the id of the workflow for a group of alerts or for one request. The id depends only on cluster and group, so
 * a second start finds the running workflow.
 */
export function workflowId(cluster: string, group: string): string {
  return `airlock-${agentClass}-${shortDigest(digestOf(['workflow', cluster, group]))}`;
}

/** Returns the id of a schedule in Temporal. The ids of the workflows that the schedule starts begin with this id. */
export function scheduleId(id: string): string {
  return `${schedulePrefix}${id}`;
}

/** Prefix by which Airlock recognises its own schedules in a Temporal namespace. */
export const schedulePrefix = `airlock-${agentClass}-schedule-`;

/**
 * Returns the id of an incident. Incidents of one group differ in `startsAt`, the start of the first alert.
 * @param group key of the alert group, the request or the schedule.
 */
export function incidentId(cluster: string, group: string, startsAt: string): string {
  return `inc-${shortDigest(digestOf(['incident', cluster, group, startsAt]))}`;
}

/**
 * Returns the id of an execution. The id depends only on the approved dossier and the direction. If an operator resets
 * the workflow, the execution has the same id again, so the gateway's ledger prevents a second write.
 */
export function executionId(dossier: Digest, direction: 'do' | 'undo'): string {
  return `exe-${shortDigest(digestOf(['execution', dossier, direction]))}`;
}
