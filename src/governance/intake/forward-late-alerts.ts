import type { Delivery } from '../../domain/alert/alert.ts';
import type { Occurrence } from '../../domain/incident/routing.ts';
import type { IncidentSignaler, RoutingStates } from '../ports.ts';

/** What `forwardLateAlerts` needs from outside. */
export interface ForwardLateAlertsDeps {
  routingStates: Pick<RoutingStates, 'route'>;
  signaler: IncidentSignaler;
}

/**
 * Routes a late delivery again. A delivery is late if it reached the calling workflow after the workflow's incident had
 * closed. If the new route leads to another workflow, sends the delivery to that other workflow.
 * @param input.workflowId id of the calling workflow.
 * @returns `occurrence` if the delivery belongs to an open occurrence of the calling workflow's own group. The workflow
 * must then continue with this occurrence. Without `occurrence`, the workflow has nothing left to do for the delivery.
 */
export async function forwardLateAlerts(
  { routingStates, signaler }: ForwardLateAlertsDeps,
  { delivery, workflowId }: { delivery: Delivery; workflowId: string },
): Promise<{ occurrence?: Occurrence }> {
  const route = await routingStates.route(delivery);
  if (!route) return {};
  if (route.workflowId === workflowId) return route.occurrence ? { occurrence: route.occurrence } : {};
  await signaler(route);
  return {};
}
