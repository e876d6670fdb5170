import type { z } from 'zod';

/** The description of one route for the OpenAPI document, in the route's `config.doc`. A route without one is refused. */
export interface RouteDoc {
  /** One sentence. */
  summary: string;
  /** Path and query parameters, by name. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Schema of the body by media type. */
  body?: Record<string, z.ZodType>;
  /** The successful answer: status (200 by default), media type (JSON by default) and, for JSON, the schema. */
  answer: { status?: number; type?: string; schema?: z.ZodType };
  /** HTTP statuses of errors beside those that every route can answer with. */
  errors?: number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    doc?: RouteDoc;
  }
}
