import type { FastifyInstance } from 'fastify';

/**
 * Whose bearer tokens a route accepts: `source` those of monitoring systems (each for one cluster), `operator` those of
 * operators.
 */
export type RouteGroup = 'source' | 'operator';

declare module 'fastify' {
  interface FastifyInstance {
    /** Set only inside a route group. A route that is added outside of every group is refused (described-routes.ts). */
    routeGroup?: RouteGroup;
  }
}

interface GroupOptions {
  name: RouteGroup;
  /** Gets the Authorization header. @throws AirlockError `unauthorized`. */
  check: (authorization?: string) => unknown;
}

/** Adds routes behind one bearer check. The check runs before any byte of the body is read. */
export function addRouteGroup(
  app: FastifyInstance,
  { name, check }: GroupOptions,
  add: (scope: FastifyInstance) => void,
): void {
  void app.register(async (scope) => {
    scope.decorate('routeGroup', name);
    scope.addHook('onRequest', async (request) => void check(request.headers.authorization));
    add(scope);
  });
}
