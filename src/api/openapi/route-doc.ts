import type { z } from 'zod';

/** Description of one route for the OpenAPI document. Every route must have one as its `config.doc`. */
export interface RouteDoc {
  /** One to three sentences about the route. */
  summary: string;
  /** Parameters of the path, by name. */
  params?: z.ZodObject;
  /** Parameters of the query, by name. */
  query?: z.ZodObject;
  /** Schema of the body by media type. */
  body?: Record<string, z.ZodType>;
  /**
   * The successful answer: status (200 by default), media type (JSON by default), and the body's schema if there is
   * one.
   */
  answer: { status?: number; type?: string; schema?: z.ZodType };
  /** HTTP statuses of the route's own errors, such as 409. `openapi.ts` adds the usual statuses, such as 401. */
  errors?: number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    doc?: RouteDoc;
  }
}
