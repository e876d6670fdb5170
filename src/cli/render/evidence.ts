import { describeRef, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { Evidence } from '../../domain/plan/evidence.ts';
import { conditionOf } from '../../domain/kubernetes/object-status.ts';
import type { Section } from './page.ts';

/**
 * Renders the observed objects, with a status for the kinds of `statusWords`, such as `1 of 2 ready`. `airlock
 * incidents show` prints these sections if the incident has neither a dossier nor a report.
 */
export function evidenceSections({ cluster, subject, observations }: Evidence): Section[] {
  return [
    ['OBSERVED OBJECT', [`${cluster}: ${describeRef(subject)}`]],
    ...observations.map(({ source, at, objects }): Section => [
      `OBSERVED BY ${source}, ${at}`,
      objects.map((object) => `${describeRef(refOf(object))}${statusOf(object)}`),
    ]),
  ];
}

const statusWords: Record<string, (object: KubeObject) => string> = {
  Deployment: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} ready`,
  ReplicaSet: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 0} ready`,
  Pod: ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason ?? status?.phase ?? 'no status',
  Node: (node) =>
    `${conditionOf(node, 'Ready')?.status === 'True' ? 'ready' : 'NOT READY'}${node['spec']?.unschedulable ? ', cordoned' : ''}`,
  Event: (event) => `${event['reason'] ?? ''}: ${event['message'] ?? ''}`,
};

function statusOf(object: KubeObject): string {
  const words = statusWords[object.kind];
  return words ? `: ${words(object)}` : '';
}
