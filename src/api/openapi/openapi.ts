import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { errorBodySchema } from '../../lib/error.ts';
import { components } from './components.ts';
import type { DescribedRoute } from './described-routes.ts';

type JsonObject = Record<string, unknown>;

const securitySchemes = {
  operator: {
    type: 'http',
    scheme: 'bearer',
    description:
      "An operator's token, for every route except the alert routes. " +
      'Decisions, edits and requests for repairs also need a decision token.',
  },
  source: {
    type: 'http',
    scheme: 'bearer',
    description: "A monitoring system's token, for the alert routes. The token accepts only alerts of one cluster.",
  },
} as const satisfies Record<DescribedRoute['group'], object>;

const errorDescriptions: Record<number, string> = {
  400: 'The input is not valid. `details.field` names the wrong part of the input.',
  401: 'The request has no bearer token that this route accepts.',
  403: 'The label `cluster` of an alert is not the cluster of the bearer token.',
  404: 'The incident, document or checkpoint does not exist.',
  409: 'The incident is closed, or has no open dossier.',
  413: 'The body is too large.',
  415: 'This route does not accept the media type of the body.',
  422: 'The decision, edit or request for a repair is refused. `message` says why.',
  500: 'Airlock failed. `message` names the problem, or the log that has the details.',
  503: 'Airlock cannot answer now, for example because PostgreSQL does not answer. Send the same request again.',
};

/** Adds the route `GET /v1/openapi.json`. It returns the OpenAPI document of all `routes`. */
export function openApiRoutes(app: FastifyInstance, { routes }: { routes: readonly DescribedRoute[] }): void {
  let document: JsonObject = {};
  // `openApiDocument` throws if a schema cannot be converted. The API then does not start.
  app.addHook('onReady', async () => {
    document = openApiDocument(routes);
  });
  const schema = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
  const doc = { summary: 'This OpenAPI document.', answer: { schema } };
  app.get('/v1/openapi.json', { config: { doc } }, async () => document);
}

/** Generates the OpenAPI 3.1 document of these routes. The paths are sorted. */
export function openApiDocument(routes: readonly DescribedRoute[]): JsonObject {
  const schemas: JsonObject = {};
  const convert: Convert = (schema, io) => schemaOf(schema, { io, schemas });
  const paths: Record<string, JsonObject> = {};
  for (const route of [...routes].sort((a, b) => (a.url < b.url ? -1 : 1))) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, convert) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Airlock', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: { schemas, securitySchemes },
  };
}

/** Converts a zod schema of an input or of an output to JSON Schema. */
type Convert = (schema: z.ZodType, io: 'input' | 'output') => JsonObject;

function operationOf({ doc, group }: DescribedRoute, convert: Convert): JsonObject {
  const { params, query, body } = doc;
  const parameters = [...parametersOf('path', params, convert), ...parametersOf('query', query, convert)];
  const content = mapValues(body ?? {}, (schema) => ({ schema: convert(schema, 'input') }));
  return omitUndefined({
    summary: doc.summary,
    security: [{ [group]: [] }],
    parameters: parameters.length > 0 ? parameters : undefined,
    requestBody: body && { required: true, content },
    responses: responsesOf(doc, convert),
  });
}

function parametersOf(where: 'path' | 'query', fields: z.ZodObject | undefined, convert: Convert): JsonObject[] {
  return Object.entries(fields?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
    schema: convert(schema as z.ZodType, 'input'),
  }));
}

function responsesOf({ params, body, answer, errors = [] }: DescribedRoute['doc'], convert: Convert): JsonObject {
  const { status = 200, type = 'application/json', schema } = answer;
  const sharedStatuses = [400, 401, 500, 503, ...(params ? [404] : []), ...(body ? [413, 415] : [])];
  const errorStatuses = [...new Set([...sharedStatuses, ...errors])].sort();
  const errorContent = { 'application/json': { schema: convert(errorBodySchema, 'output') } };
  return {
    [status]: {
      description: 'The request succeeded.',
      content: { [type]: schema ? { schema: convert(schema, 'output') } : {} },
    },
    ...Object.fromEntries(
      errorStatuses.map((code) => [
        code,
        { description: errorDescriptions[code] ?? 'The request failed.', content: errorContent },
      ]),
    ),
  };
}

/**
 * Converts a zod schema to JSON Schema 2020-12. The result refers by name to schemas of components.ts. Each schema that
 * is referred to is added to `schemas`.
 */
function schemaOf(schema: z.ZodType, { io, schemas }: { io: 'input' | 'output'; schemas: JsonObject }): JsonObject {
  // Kubernetes objects have a schema that zod cannot convert (`z.custom`). With `unrepresentable: 'any'`, the result
  // accepts any JSON in their place.
  const converted = z.toJSONSchema(schema, { io, metadata: components, unrepresentable: 'any' });
  const text = JSON.stringify(converted);
  // For a recursive schema without a name, zod writes a reference to `#` or to `#/$defs/__...`.
  if (/"\$ref":"#("|\/\$defs\/__)/.test(text)) {
    throw new Error('a recursive schema has no name: add the schema to src/api/openapi/components.ts');
  }
  const {
    $schema: _,
    $defs,
    ...own
  } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonObject;
  Object.assign(schemas, $defs);
  return own;
}

function mapValues<T, R>(record: Record<string, T>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
