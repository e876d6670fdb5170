import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import type { RouteDoc } from '../../src/api/openapi/route-doc.ts';

/** One method of one address pattern, as Fastify knows it. */
export interface Route {
  method: HTTPMethods;
  url: string;
  doc: RouteDoc;
  /** Longest body, bytes. */
  bodyLimit: number;
}

const apiBodyLimit = 64 * 1024;

/**
 * Every route of the next Fastify instance that is made, filled as they are added: all are there once it is ready.
 * Routes come from Fastify itself, so that a new one cannot be forgotten.
 */
export function collectRoutes(): Route[] {
  const routes: Route[] = [];
  const onMade = (message: unknown): void => {
    unsubscribe('fastify.initialization', onMade);
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url, config, bodyLimit = apiBodyLimit }) => {
      const doc = config?.doc ?? { summary: '', answer: {} };
      for (const one of [method].flat()) routes.push({ method: one, url, doc, bodyLimit });
    });
  };
  subscribe('fastify.initialization', onMade);
  return routes;
}
