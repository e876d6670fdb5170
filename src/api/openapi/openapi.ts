import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { errorBodySchema } from '../../lib/error.ts';
import { components } from './components.ts';
import type { DescribedRoute } from './described-routes.ts';

type Members = Record<string, unknown>;

const schemes = {
  operator: {
    type: 'http',
    scheme: 'bearer',
    description: "An operator's token. It permits reading, and sending decisions, edits and requests.",
  },
  source: {
    type: 'http',
    scheme: 'bearer',
    description: "A monitoring system's token. It permits sending the alerts of one cluster.",
  },
} as const satisfies Record<DescribedRoute['group'], object>;

const meanings: Record<number, string> = {
  400: 'The input does not match this document. `details.field` is the path of the wrong field.',
  401: 'The bearer token is missing, or this route does not accept it.',
  403: 'The bearer token is for one cluster, and an alert has the label of another cluster.',
  404: 'The incident, document or checkpoint does not exist.',
  409: 'The incident is closed, or no dossier of it is open for decisions and edits.',
  413: 'The body is too large.',
  415: 'This route does not accept the media type of the body.',
  422: 'The decision token is not valid for this decision, edit or request, or the gateway refuses it.',
  500: 'A defect of Airlock, or stored data is corrupt.',
  503: 'Airlock cannot answer now, usually because a server that it needs did not answer: send the same request again.',
};

/**
 * `GET /v1/openapi.json`: inputs and answers of every route, generated from the schemas in the routes' descriptions.
 */
export function openApiRoutes(app: FastifyInstance, { routes }: { routes: readonly DescribedRoute[] }): void {
  let document: Members = {};
  // Converting a schema can fail. The document is generated at the start, so the API does not start with such a schema.
  app.addHook('onReady', async () => {
    document = openApiOf(routes);
  });
  const schema = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
  const doc = { summary: 'This OpenAPI document.', answer: { schema } };
  app.get('/v1/openapi.json', { config: { doc } }, async () => document);
}

/** Makes the OpenAPI 3.1 document of these routes. The paths are sorted. */
export function openApiOf(routes: readonly DescribedRoute[]): Members {
  const schemas: Members = {};
  const describe: Describe = (schema, io) => schemaOf(schema, { io, schemas });
  const paths: Record<string, Members> = {};
  for (const route of [...routes].sort((a, b) => (a.url < b.url ? -1 : 1))) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, describe) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Airlock', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: { schemas, securitySchemes: schemes },
  };
}

type Describe = (schema: z.ZodType, io: 'input' | 'output') => Members;

function operationOf({ doc, group }: DescribedRoute, describe: Describe): Members {
  const { params, query, body } = doc;
  const parameters = [...parametersOf('path', params, describe), ...parametersOf('query', query, describe)];
  const content = mapValues(body ?? {}, (schema) => ({ schema: describe(schema, 'input') }));
  return omitUndefined({
    summary: doc.summary,
    security: [{ [group]: [] }],
    parameters: parameters.length > 0 ? parameters : undefined,
    requestBody: body && { required: true, content },
    responses: responsesOf(doc, describe),
  });
}

function parametersOf(where: 'path' | 'query', object: z.ZodObject | undefined, describe: Describe): Members[] {
  return Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
    schema: describe(schema as z.ZodType, 'input'),
  }));
}

function responsesOf({ params, body, answer, errors = [] }: DescribedRoute['doc'], describe: Describe): Members {
  const { status = 200, type = 'application/json', schema } = answer;
  const usual = [400, 401, 500, 503, ...(params ? [404] : []), ...(body ? [413, 415] : [])];
  const failed = [...new Set([...usual, ...errors])].sort();
  const error = { content: { 'application/json': { schema: describe(errorBodySchema, 'output') } } };
  return {
    [status]: {
      description: 'The request succeeded.',
      content: { [type]: schema ? { schema: describe(schema, 'output') } : {} },
    },
    ...Object.fromEntries(failed.map((code) => [code, { description: meanings[code] ?? 'Refused.', ...error }])),
  };
}

/**
 * Converts a zod schema to JSON Schema 2020-12. Schemas with a name in components.ts are added to `schemas`, and the
 * result refers to them by name.
 */
function schemaOf(schema: z.ZodType, { io, schemas }: { io: 'input' | 'output'; schemas: Members }): Members {
  // Objects of a cluster have no schema in Airlock. `unrepresentable: 'any'` describes them as any JSON.
  const made = z.toJSONSchema(schema, { io, metadata: components, unrepresentable: 'any' });
  const text = JSON.stringify(made);
  if (/"\$ref":"#("|\/\$defs\/__)/.test(text)) {
    throw new Error('a recursive schema has no name: add it to src/api/openapi/components.ts');
  }
  const { $schema: _, $defs, ...own } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Members;
  Object.assign(schemas, $defs);
  return own;
}

function mapValues<T, R>(record: Record<string, T>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
