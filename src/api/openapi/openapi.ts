import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { errorBodySchema } from '../../lib/error.ts';
import { components } from './components.ts';
import type { DescribedRoute } from './described-routes.ts';

type Members = Record<string, unknown>;

const schemes = {
  operator: { type: 'http', scheme: 'bearer', description: "an operator's token: reads, and brings decisions in" },
  source: { type: 'http', scheme: 'bearer', description: "a monitoring system's token, which fixes the cluster" },
} as const satisfies Record<DescribedRoute['family'], object>;

const meanings: Record<number, string> = {
  400: 'The input is not what this document says; `details.field` is its path.',
  401: 'The bearer token is missing, or not known to this route.',
  403: 'The token is not for what the input claims.',
  404: 'There is nothing of that name.',
  409: 'What was asked for does not fit where the object stands now.',
  413: 'The body is too large.',
  415: 'The body is of a media type that is not taken here.',
  422: 'The proof does not count.',
  500: 'A defect, or stored bytes that are not what they should be.',
  503: 'Something that Airlock depends on gave no answer: send the same again.',
};

/** `GET /v1/openapi.json`: what every route takes and answers, from the schemas that the routes themselves name. */
export function openApiRoutes(app: FastifyInstance, { routes }: { routes: readonly DescribedRoute[] }): void {
  let document: Members = {};
  // Built at start, so that a schema which cannot be described keeps the process from starting.
  app.addHook('onReady', async () => void (document = openApiOf(routes)));
  const schema = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
  const doc = { summary: 'This document.', answer: { schema } };
  app.get('/v1/openapi.json', { config: { doc } }, async () => document);
}

/** The OpenAPI 3.1 document of these routes: sorted, so that the same routes give the same document. */
export function openApiOf(routes: readonly DescribedRoute[]): Members {
  const schemas: Members = {};
  const put: Describe = (schema, io) => schemaOf(schema, { io, schemas });
  const paths: Record<string, Members> = {};
  for (const route of [...routes].sort((a, b) => (a.url < b.url ? -1 : 1))) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, put) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Airlock', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: { schemas, securitySchemes: schemes },
  };
}

type Describe = (schema: z.ZodType, io: 'input' | 'output') => Members;

function operationOf({ doc, family }: DescribedRoute, put: Describe): Members {
  const { params, query, body } = doc;
  const parameters = [...parametersOf('path', params, put), ...parametersOf('query', query, put)];
  const content = mapValues(body ?? {}, (schema) => ({ schema: put(schema, 'input') }));
  return {
    summary: doc.summary,
    security: [{ [family]: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content } } : {}),
    responses: responsesOf(doc, put),
  };
}

function parametersOf(where: 'path' | 'query', object: z.ZodObject | undefined, put: Describe): Members[] {
  return Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
    schema: put(schema as z.ZodType, 'input'),
  }));
}

function responsesOf({ params, body, answer, errors = [] }: DescribedRoute['doc'], put: Describe): Members {
  const { status = 200, type = 'application/json', schema } = answer;
  const any = [400, 401, 500, 503, ...(params ? [404] : []), ...(body ? [413, 415] : [])];
  const failed = [...new Set([...any, ...errors])].sort();
  const error = { content: { 'application/json': { schema: put(errorBodySchema, 'output') } } };
  return {
    [status]: { description: 'Done.', content: { [type]: schema ? { schema: put(schema, 'output') } : {} } },
    ...Object.fromEntries(failed.map((code) => [code, { description: meanings[code] ?? 'Refused.', ...error }])),
  };
}

/** JSON Schema 2020-12 of a schema; what has a name in components.ts is put there and referred to. */
function schemaOf(schema: z.ZodType, { io, schemas }: { io: 'input' | 'output'; schemas: Members }): Members {
  // Objects of a cluster, which have no schema here, are any JSON.
  const made = z.toJSONSchema(schema, { io, metadata: components, unrepresentable: 'any' });
  const text = JSON.stringify(made);
  if (/"\$ref":"#("|\/\$defs\/__)/.test(text)) {
    throw new Error('a schema that contains itself needs a name in src/api/openapi/components.ts');
  }
  const { $schema: _, $defs, ...own } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Members;
  Object.assign(schemas, $defs);
  return own;
}

function mapValues<T, R>(record: Record<string, T>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
