import type { Delivery } from '../../domain/alert/alert.ts';
import type { Occurrence } from '../../domain/incident/routing.ts';
import type { IncidentSignaler, RoutingStates } from '../ports.ts';

/** What `forwardLateAlerts` needs from outside. */
export interface ForwardLateAlertsDeps {
  routingStates: Pick<RoutingStates, 'route'>;
  signaler: IncidentSignaler;
}

/**
 * Routes a delivery again that arrived after its incident had closed. If the delivery now belongs to the incident of
 * another workflow, sends the delivery to that workflow.
 * @param input.workflowId id of the calling workflow.
 * @returns `occurrence` if the delivery opens or reopens an incident of the calling workflow's group. The workflow must
 * then continue with this occurrence.
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
