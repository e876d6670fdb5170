import type { Delivery } from '../../domain/alert/alert.ts';
import type { Occurrence } from '../../domain/incident/routing.ts';
import type { IncidentSignaler, RoutingStates } from '../ports.ts';

/** What `forwardLateAlerts` needs from outside. */
export interface ForwardLateAlertsDeps {
  routingStates: Pick<RoutingStates, 'route'>;
  signaler: IncidentSignaler;
}

/**
 * Routes a delivery that arrived after its incident had closed, and sends it to the incident that it belongs to now.
 * @returns the occurrence that the calling workflow itself has to continue with, if the delivery belongs to it.
 */
export async function forwardLateAlerts(
  { routingStates, signaler }: ForwardLateAlertsDeps,
  { delivery, workflow }: { delivery: Delivery; workflow: string },
): Promise<{ occurrence?: Occurrence }> {
  const route = await routingStates.route(delivery);
  if (!route) return {};
  if (route.workflow === workflow) return route.occurrence ? { occurrence: route.occurrence } : {};
  await signaler(route);
  return {};
}
