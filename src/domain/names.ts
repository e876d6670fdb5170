import { digestOf, shortDigest, type Digest } from '../lib/digest.ts';

/** The class of agents in this build. It is part of every queue and identity name; later classes are capacity and security. */
export const agentClass = 'remediation';

/** The four planes. Each has its own process, task queue, Vault identity and PostgreSQL role. */
export const planes = ['governance', 'reasoning', 'observation', 'execution'] as const;
export type Plane = (typeof planes)[number];

/** The name of each plane's process on the command line and in identities. */
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

/** Vault mount whose leases are grants on the nodes of one cluster; only if the cluster's administrator allows node actions. */
export function nodeMount(cluster: string): string {
  return `k8s-${cluster}-node`;
}

/** Prefix of all labels and annotations that Airlock writes in a target. */
export const metadataPrefix = 'airlock.dev/';

/** Namespace of Airlock's own objects in every target. */
export const systemNamespace = 'airlock-system';

/** Workflow id of a group's open incident. It depends on the group only, so a second start finds the running workflow. */
export function workflowId(cluster: string, group: string): string {
  return `airlock-${agentClass}-${shortDigest(digestOf(['workflow', cluster, group]))}`;
}

/** Id of a schedule in Temporal. The ids of the workflows that it starts begin with it. */
export function scheduleId(id: string): string {
  return `${schedulePrefix}${id}`;
}

/** Prefix by which Airlock recognises its own schedules in a Temporal namespace. */
export const schedulePrefix = `airlock-${agentClass}-schedule-`;

/** Id of an incident. The start of its first alert distinguishes it from other incidents of the group. */
export function incidentId(cluster: string, group: string, startsAt: string): string {
  return `inc-${shortDigest(digestOf(['incident', cluster, group, startsAt]))}`;
}

/** Id of an execution. It derives from the approved dossier, so a reset of the workflow cannot repeat an effect. */
export function executionId(dossier: Digest, direction: 'do' | 'undo'): string {
  return `exe-${shortDigest(digestOf(['execution', dossier, direction]))}`;
}
