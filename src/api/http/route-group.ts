import type { FastifyInstance } from 'fastify';

/** Whose bearer tokens a route accepts: those of monitoring systems, each for one cluster, or those of operators. */
export type RouteGroup = 'source' | 'operator';

declare module 'fastify' {
  interface FastifyInstance {
    /** Set inside a route group only. A route outside of every group is refused when it is added. */
    routeGroup?: RouteGroup;
  }
}

interface GroupOptions {
  name: RouteGroup;
  /** @throws AirlockError `unauthorized`. */
  check: (authorization?: string) => unknown;
}

/** Adds routes behind one bearer check, which runs before a byte of the body is read. */
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
