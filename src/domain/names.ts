import { digestOf, shortDigest, type Digest } from '../lib/digest.ts';

/**
 * The kind of work that this build of Airlock does: remediation, which is the repair of incidents. The names of task
 * queues and Vault identities contain this word, and the ids of workflows and schedules too. For example, the gateway's
 * Vault identity is `airlock-remediation-gateway`. Two other kinds of work are planned: capacity and security.
 */
export const agentClass = 'remediation';

/**
 * The four planes: parts of Airlock with different rights. Each plane has its own process, task queue, Vault identity
 * and PostgreSQL role.
 */
export const planes = ['governance', 'reasoning', 'observation', 'execution'] as const;
/** One of the four planes. */
export type Plane = (typeof planes)[number];

/** For each plane: the name of its process. The command `airlock <name>` runs the process. */
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
 * Returns the path of a Vault mount of the Kubernetes secrets engine. From this mount, the gateway gets grants for
 * plans that change namespaced objects. A grant is the credential of one execution.
 */
export function execMount(cluster: string): string {
  return `k8s-${cluster}-exec`;
}

/**
 * Returns the path of the Vault mount from which `observe` gets read leases for one cluster. A read lease is a
 * temporary credential that reads the cluster without its Secrets.
 */
export function readMount(cluster: string): string {
  return `k8s-${cluster}-read`;
}

/**
 * Returns the path of the Vault mount from which the gateway gets grants for plans that change nodes. The mount exists
 * only if the cluster administrator allows actions on nodes.
 */
export function nodeMount(cluster: string): string {
  return `k8s-${cluster}-node`;
}

/** Prefix of the keys of Airlock's own labels and annotations in clusters. */
export const metadataPrefix = 'airlock.dev/';

/** Airlock's own namespace in each target cluster. For example, the minters are in this namespace. */
export const systemNamespace = 'airlock-system';

/**
 * Returns the id of the workflow for a group of alerts or for one request. The id depends only on `cluster` and
 * `group`. Temporal never runs two workflows with the same id at the same time. So no group has two running workflows.
 * @param group key of the alert group or of the request.
 */
export function workflowId(cluster: string, group: string): string {
  return `airlock-${agentClass}-${shortDigest(digestOf(['workflow', cluster, group]))}`;
}

/**
 * Returns the id of a schedule in Temporal. The ids of the workflows that the schedule starts begin with this id.
 * @param id id of the schedule in the configuration of `airlock serve`.
 */
export function scheduleId(id: string): string {
  return `${schedulePrefix}${id}`;
}

/** Airlock's own schedules have ids with this prefix. Airlock ignores all other schedules of its Temporal namespace. */
export const schedulePrefix = `airlock-${agentClass}-schedule-`;

/**
 * Returns the id of an incident. Two incidents of one group have different values of `startsAt`.
 * @param group key of the alert group, of the request or of the schedule.
 * @param startsAt start of the earliest firing alert, time of the request, or scheduled time.
 */
export function incidentId(cluster: string, group: string, startsAt: string): string {
  return `inc-${shortDigest(digestOf(['incident', cluster, group, startsAt]))}`;
}

/**
 * Returns the id of an execution. The id depends only on the dossier and the direction. If an operator resets the
 * workflow, the execution has the same id again. The gateway's ledger then prevents a second write.
 * @param direction `do`: the execution of the plan. `undo`: the undo of the plan.
 */
export function executionId(dossier: Digest, direction: 'do' | 'undo'): string {
  return `exe-${shortDigest(digestOf(['execution', dossier, direction]))}`;
}
