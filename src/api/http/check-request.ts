import type { FastifyRequest } from 'fastify';
import { AirlockError, badInput } from '../../lib/error.ts';

/**
 * Refuses a request if a query parameter is not in the route's description. Refuses a body if its media type is not in
 * the description. Both checks run before the body is read. The handlers check the values later.
 * @throws AirlockError `unsupported-media-type`, `bad-input`.
 */
export async function checkRequest(request: FastifyRequest): Promise<void> {
  const { doc } = request.routeOptions.config;
  if (!doc) return;
  const describedNames = Object.keys(doc.query?.shape ?? {});
  const hasUnknownName = Object.keys(request.query as object).some((name) => !describedNames.includes(name));
  if (hasUnknownName) throw badInput('query', 'unknown parameter');
  if (doc.body) checkMediaType(Object.keys(doc.body), request.headers['content-type']);
}

function checkMediaType(accepted: string[], header = ''): void {
  const [type = ''] = header.split(';');
  if (accepted.includes(type.trim().toLowerCase())) return;
  throw new AirlockError({
    code: 'unsupported-media-type',
    message: `content-type: expected ${accepted.join(' or ')}`,
    details: { field: 'content-type' },
  });
}
