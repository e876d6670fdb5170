import type { Delivery } from '../../domain/alert/alert.ts';
import type { Opening } from '../../domain/incident/routing.ts';
import type { Courier, Places } from '../ports.ts';

export interface HandOnDeps {
  places: Pick<Places, 'route'>;
  courier: Courier;
}

/**
 * Hands on a delivery that came too late for the incident it was sent to.
 * @returns the opening with which the asking workflow itself has to go on, where that is where the delivery belongs.
 */
export async function handOn(
  { places, courier }: HandOnDeps,
  { delivery, workflow }: { delivery: Delivery; workflow: string },
): Promise<{ opening?: Opening }> {
  const route = await places.route(delivery);
  if (!route) return {};
  if (route.workflow === workflow) return route.opening ? { opening: route.opening } : {};
  await courier(route);
  return {};
}
