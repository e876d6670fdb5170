import type { FastifyInstance } from 'fastify';

/** Whose bearer tokens a route takes: a monitoring system's, which fixes the cluster, or an operator's. */
export type Family = 'source' | 'operator';

declare module 'fastify' {
  interface FastifyInstance {
    /** Set inside a family only. A route outside of every family is refused when it is added. */
    family?: Family;
  }
}

/** The bearer check of one family, by name. @throws AirlockError `unauthorized`. */
interface Door {
  name: Family;
  check: (authorization?: string) => unknown;
}

/** Adds routes that all stand behind one bearer check, made before a byte of the body is read. */
export function family(app: FastifyInstance, { name, check }: Door, add: (scope: FastifyInstance) => void): void {
  void app.register(async (scope) => {
    scope.decorate('family', name);
    scope.addHook('onRequest', async (request) => void check(request.headers.authorization));
    add(scope);
  });
}
