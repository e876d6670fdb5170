import type { z } from 'zod';

/** Description of one route for the OpenAPI document. It is the route's `config.doc`; a route without it is refused. */
export interface RouteDoc {
  /** One sentence. */
  summary: string;
  /** Parameters of the path, by name. */
  params?: z.ZodObject;
  /** Parameters of the query, by name. */
  query?: z.ZodObject;
  /** Schema of the body by media type. */
  body?: Record<string, z.ZodType>;
  /** The successful answer: status (200 by default), media type (JSON by default) and, for JSON, the schema. */
  answer: { status?: number; type?: string; schema?: z.ZodType };
  /** HTTP statuses of errors, in addition to those with which every route can answer. */
  errors?: number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    doc?: RouteDoc;
  }
}
