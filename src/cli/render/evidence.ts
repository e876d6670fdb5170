import type { Evidence } from '../../domain/plan/evidence.ts';
import { condition } from '../../domain/rehearsal/measurement.ts';
import { describeRef, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { page } from './report.ts';

/** What was seen, for a person who has to take over where no playbook fits: each object with the one thing it says. */
export function renderEvidence({ cluster, subject, observations }: Evidence): string {
  return page([
    ['LOOKED AT', [visible(`${cluster}: ${describeRef(subject)}`)]],
    ...observations.map(({ source, at, objects }): [string, string[]] => [
      visible(`${source}, ${at}`),
      objects.map((object) => visible(`${describeRef(refOf(object))}${saying(object)}`)),
    ]),
  ]);
}

const sayings: Record<string, (object: KubeObject) => string> = {
  Deployment: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} ready`,
  ReplicaSet: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 0} ready`,
  Pod: ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason ?? status?.phase ?? 'no status',
  Node: (node) =>
    `${condition(node, 'Ready')?.status === 'True' ? 'ready' : 'NOT READY'}${node['spec']?.unschedulable ? ', cordoned' : ''}`,
  Event: (event) => `${event['reason'] ?? ''}: ${event['message'] ?? ''}`,
};

function saying(object: KubeObject): string {
  const say = sayings[object.kind];
  return say ? `: ${say(object)}` : '';
}
