import { propose } from '../../src/actions/propose.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';

/** A plan that scales the shop's `cart`, over its redacted objects. */
export function scaleCart(objects: readonly KubeObject[], from: number, to: number): Plan {
  const draft = { action: 'scale-workload' as const, parameters: { deployment: 'cart', from, to } };
  return {
    version: 'airlock-plan/1',
    cluster: 'east',
    namespace: 'shop',
    playbook: { name: 'test', digest: digestOf('test') },
    action: 'scale-workload',
    ...propose('shop', [draft], objects),
    success: ['replicas'],
    summary: `scale cart from ${from} to ${to}`,
  };
}

/** The Deployment that the plan changes. */
export const cart = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' };

/** An incident of `east`. */
export function incidentOf(id: string): Incident {
  return { id, cluster: 'east', trace: `trace-${id}`, startsAt: '2026-11-21T12:00:00Z' };
}
