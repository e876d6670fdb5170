import type { FastifyInstance, RouteOptions } from 'fastify';
import type { RouteGroup } from '../http/route-group.ts';
import type { RouteDoc } from './route-doc.ts';

/** One route of the API: a method, an address pattern and a description. */
export interface DescribedRoute {
  method: string;
  /** Fastify's pattern: `/v1/incidents/:id`. */
  url: string;
  doc: RouteDoc;
  /** Whose bearer tokens the route accepts. */
  group: RouteGroup;
}

/**
 * Collects the routes that are added to the API from now on. The list is complete when the API is ready. The API does
 * not start if a route is outside of a route group, has no description, or has a path parameter without a description.
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
