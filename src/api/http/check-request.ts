import type { FastifyRequest } from 'fastify';
import { AirlockError, badInput } from '../../lib/error.ts';

/**
 * Refuses, before the body is read, what a route's own description does not name: a body of another media type, and
 * query parameters that are not known. Their values are the handler's to parse.
 * @throws AirlockError `unsupported-media-type`, `bad-input`.
 */
export async function checkRequest(request: FastifyRequest): Promise<void> {
  const { doc } = request.routeOptions.config;
  if (!doc) return;
  const known = Object.keys(doc.query?.shape ?? {});
  const unknown = Object.keys(request.query as object).some((name) => !known.includes(name));
  if (unknown) throw badInput('query', 'has a parameter that is not known');
  if (doc.body) mustBeOneOf(Object.keys(doc.body), request.headers['content-type']);
}

function mustBeOneOf(taken: string[], header = ''): void {
  const [type = ''] = header.split(';');
  if (taken.includes(type.trim().toLowerCase())) return;
  throw new AirlockError({
    code: 'unsupported-media-type',
    message: `content-type: expected ${taken.join(' or ')}`,
    next: 'stop',
    details: { field: 'content-type' },
  });
}
