import type { FastifyInstance, RouteOptions } from 'fastify';
import type { RouteGroup } from '../http/route-group.ts';
import type { RouteDoc } from './route-doc.ts';

/** One method of one address pattern, with its description and the route group whose tokens it accepts. */
export interface DescribedRoute {
  method: string;
  /** Fastify's pattern: `/v1/incidents/:id`. */
  url: string;
  doc: RouteDoc;
  group: RouteGroup;
}

/**
 * Collects every route of an API as the route is added. The list is complete once the API is ready.
 * @throws Error for a route without a description or outside of a route group. The API's methods `ready` and `listen`
 * then reject with this error.
 */
export function describedRoutes(app: FastifyInstance): readonly DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', function (route) {
    for (const method of [route.method].flat()) routes.push(described(method, route, this.routeGroup));
  });
  return routes;
}

function described(method: string, { url, config }: RouteOptions, group: RouteGroup | undefined): DescribedRoute {
  const doc = config?.doc;
  if (!doc) throw new Error(`${method} ${url} has no description: give it a config.doc (src/api/openapi/route-doc.ts)`);
  if (!group) throw new Error(`${method} ${url} has no bearer check: add it inside a route group`);
  const undescribed = namesIn(url).find((name) => !(name in (doc.params?.shape ?? {})));
  if (undescribed) throw new Error(`${method} ${url}: config.doc.params does not describe ${undescribed}`);
  return { method, url, doc, group };
}

function namesIn(url: string): string[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
}
