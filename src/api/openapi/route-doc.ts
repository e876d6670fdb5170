import type { z } from 'zod';

/** The description of one route for the OpenAPI document. Every route must have this description as `config.doc`. */
export interface RouteDoc {
  /** One to three sentences about the route. */
  summary: string;
  /** Schemas of the path parameters, by name. */
  params?: z.ZodObject;
  /** Schemas of the query parameters, by name. */
  query?: z.ZodObject;
  /** For each media type that the route accepts: the schema of the request's body. */
  body?: Record<string, z.ZodType>;
  /** The answer to a successful request. */
  answer: {
    /** HTTP status. The default is 200. */
    status?: number;
    /** Media type of the body. The default is `application/json`. */
    type?: string;
    /** Schema of the body. */
    schema?: z.ZodType;
  };
  /** HTTP statuses of this route's errors, such as 409. `openapi.ts` adds the statuses that many routes share. */
  errors?: number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    doc?: RouteDoc;
  }
}
