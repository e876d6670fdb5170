import type { z } from 'zod';

/** What the OpenAPI document says about one route. It stands in the route's `config.doc`; a route without is refused. */
export interface RouteDoc {
  /** One sentence. */
  summary: string;
  /** Path and query parameters, by name. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** What is sent, by media type. */
  body?: Record<string, z.ZodType>;
  /** The success answer: its status (200 where left out), its media type and, for JSON, its schema. */
  answer: { status?: number; type?: string; schema?: z.ZodType };
  /** Error codes that callers should know, beside those that every route can give. */
  errors?: number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    doc?: RouteDoc;
  }
}
