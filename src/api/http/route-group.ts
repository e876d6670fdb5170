import type { FastifyInstance } from 'fastify';

/**
 * Whose bearer tokens a route accepts. `source`: the tokens of monitoring systems; each is for the alerts of one
 * cluster. `operator`: the tokens of operators.
 */
export type RouteGroup = 'source' | 'operator';

declare module 'fastify' {
  interface FastifyInstance {
    /** Set only inside a route group. The API does not start if a route is in no group (described-routes.ts). */
    routeGroup?: RouteGroup;
  }
}

interface GroupOptions {
  name: RouteGroup;
  /** Checks the Authorization header of a request. @throws AirlockError `unauthorized`. */
  check: (authorization?: string) => unknown;
}

/** Creates a route group. `addRoutes` adds its routes. The bearer check of the group runs before the body is read. */
export function addRouteGroup(
  app: FastifyInstance,
  { name, check }: GroupOptions,
  addRoutes: (group: FastifyInstance) => void,
): void {
  void app.register(async (group) => {
    group.decorate('routeGroup', name);
    group.addHook('onRequest', async (request) => void check(request.headers.authorization));
    addRoutes(group);
  });
}
