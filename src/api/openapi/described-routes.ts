import type { FastifyInstance, RouteOptions } from 'fastify';
import type { RouteGroup } from '../http/route-group.ts';
import type { RouteDoc } from './route-doc.ts';

/** One route of the API, with its description for the OpenAPI document. */
export interface DescribedRoute {
  method: string;
  /** Pattern of the path, in Fastify's syntax: `/v1/incidents/:id`. */
  url: string;
  doc: RouteDoc;
  /** The route group determines whose bearer tokens the route accepts. */
  group: RouteGroup;
}

/**
 * Returns a list that grows: each route that is added to `app` after this call is appended to the list. The list is
 * complete when `app` is ready. The API does not start with any of these routes:
 * - a route in no route group, because such a route has no bearer check;
 * - a route without a description;
 * - a route with a path parameter that the description does not contain.
 */
export function collectDescribedRoutes(app: FastifyInstance): readonly DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', function (route) {
    for (const method of [route.method].flat()) routes.push(describedRoute(method, route, this.routeGroup));
  });
  return routes;
}

function describedRoute(method: string, { url, config }: RouteOptions, group: RouteGroup | undefined): DescribedRoute {
  const doc = config?.doc;
  if (!doc)
    throw new Error(`${method} ${url} has no description: add config.doc to the route (src/api/openapi/route-doc.ts)`);
  if (!group)
    throw new Error(
      `${method} ${url} has no bearer check: add the route inside a route group (src/api/http/route-group.ts)`,
    );
  const undescribed = pathParametersOf(url).find((name) => !(name in (doc.params?.shape ?? {})));
  if (undescribed) throw new Error(`${method} ${url}: config.doc.params does not describe ${undescribed}`);
  return { method, url, doc, group };
}

function pathParametersOf(url: string): string[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
}
