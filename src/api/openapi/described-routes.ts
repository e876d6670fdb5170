import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Family } from '../http/route-group.ts';
import type { RouteDoc } from './route-doc.ts';

/** One method of one address pattern, with what is said of it and whose tokens it takes. */
export interface DescribedRoute {
  method: string;
  /** As it was added: `/v1/incidents/:id`. */
  url: string;
  doc: RouteDoc;
  family: Family;
}

/**
 * Every route of an API, filled as they are added; all are there once it is ready.
 * @throws Error from `ready` or `listen`, for a route that is not described, or stands behind no bearer check.
 */
export function describedRoutes(app: FastifyInstance): readonly DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', function (route) {
    for (const method of [route.method].flat()) routes.push(described(method, route, this.family));
  });
  return routes;
}

function described(method: string, { url, config }: RouteOptions, family: Family | undefined): DescribedRoute {
  const doc = config?.doc;
  if (!doc)
    throw new Error(`${method} ${url} says nothing of itself: give it a config.doc (src/api/openapi/route-doc.ts)`);
  if (!family) throw new Error(`${method} ${url} stands behind no bearer check: add it inside a family`);
  const missing = namesIn(url).find((name) => !(name in (doc.params?.shape ?? {})));
  if (missing) throw new Error(`${method} ${url}: config.doc.params does not describe ${missing}`);
  return { method, url, doc, family };
}

function namesIn(url: string): string[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
}
