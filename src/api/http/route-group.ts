import type { FastifyInstance } from 'fastify';

/**
 * Names the bearer tokens that a route accepts: `source` for the tokens of monitoring systems (each for one cluster),
 * `operator` for the tokens of operators.
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
  /** Checks the Authorization header of each request. @throws AirlockError `unauthorized`. */
  check: (authorization?: string) => unknown;
}

/** Adds routes behind one bearer check. The check runs before any byte of the body is read. */
export function addRouteGroup(
  app: FastifyInstance,
  { name, check }: GroupOptions,
  add: (group: FastifyInstance) => void,
): void {
  void app.register(async (group) => {
    group.decorate('routeGroup', name);
    group.addHook('onRequest', async (request) => void check(request.headers.authorization));
    add(group);
  });
}
