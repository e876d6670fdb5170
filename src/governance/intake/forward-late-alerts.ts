import type { Delivery } from '../../domain/alert/alert.ts';
import type { Occurrence } from '../../domain/incident/routing.ts';
import type { IncidentSignaler, RoutingStates } from '../ports.ts';

/** What `forwardLateAlerts` needs from outside. */
export interface ForwardLateAlertsDeps {
  routingStates: Pick<RoutingStates, 'route'>;
  signaler: IncidentSignaler;
}

/**
 * Handles a delivery that arrived after its incident had closed: routes the delivery again, and sends it to the
 * workflow of the incident that the delivery belongs to now.
 * @param workflowId id of the calling workflow.
 * @returns `occurrence` if the delivery opens a new occurrence of the calling workflow. The workflow must then continue
 * with this occurrence.
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
