import type { FastifyInstance } from 'fastify';
import type { TokenEntry } from './bearer.ts';

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
  interface FastifyRequest {
    /** Name of the accepted bearer token. Undefined if the request has none. */
    tokenName?: string;
  }
}

interface GroupOptions {
  name: RouteGroup;
  /** Checks the Authorization header of a request. @throws AirlockError `unauthorized` or `token-expired`. */
  check: (authorization?: string) => TokenEntry;
}

/** Creates a route group. `addRoutes` adds its routes. The bearer check of the group runs before the body is read. */
export function addRouteGroup(
  app: FastifyInstance,
  { name, check }: GroupOptions,
  addRoutes: (group: FastifyInstance) => void,
): void {
  void app.register(async (group) => {
    group.decorate('routeGroup', name);
    group.addHook('onRequest', async (request) => {
      request.tokenName = check(request.headers.authorization).name;
    });
    addRoutes(group);
  });
}
