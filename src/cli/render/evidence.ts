import { describeRef, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { Evidence } from '../../domain/plan/evidence.ts';
import { conditionOf } from '../../domain/kubernetes/object-status.ts';
import type { Section } from './page.ts';

/**
 * Returns the sections that list the observed objects. `airlock incidents show` prints these sections if the incident
 * has neither a dossier nor a report.
 */
export function evidenceSections({ cluster, subject, observations }: Evidence): Section[] {
  return [
    ['SUBJECT OF THE INCIDENT', [`${cluster}: ${describeRef(subject)}`]],
    ...observations.map(({ source, at, objects }): Section => [
      `OBSERVED BY ${source}, ${at}`,
      objects.map((object) => `${describeRef(refOf(object))}${statusOf(object)}`),
    ]),
  ];
}

/** Formats the status of an object, such as `1 of 2 ready`. The key is the object's kind. */
const statusFormats: Record<string, (object: KubeObject) => string> = {
  Deployment: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} ready`,
  ReplicaSet: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 0} ready`,
  Pod: ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason ?? status?.phase ?? 'no status',
  Node: (node) => {
    const readiness = conditionOf(node, 'Ready')?.status === 'True' ? 'ready' : 'NOT READY';
    return node['spec']?.unschedulable ? `${readiness}, cordoned` : readiness;
  },
  Event: (event) => `${event['reason'] ?? ''}: ${event['message'] ?? ''}`,
};

function statusOf(object: KubeObject): string {
  const format = statusFormats[object.kind];
  return format ? `: ${format(object)}` : '';
}
