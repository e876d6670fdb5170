import type { FastifyRequest } from 'fastify';
import { AirlockError, badInput } from '../../lib/error.ts';

/**
 * Refuses a request if its query parameters or the media type of its body are not in the route's description. The check
 * runs before the body is read. Handlers parse the values.
 * @throws AirlockError `unsupported-media-type`, `bad-input`.
 */
export async function checkRequest(request: FastifyRequest): Promise<void> {
  const { doc } = request.routeOptions.config;
  if (!doc) return;
  const known = Object.keys(doc.query?.shape ?? {});
  const unknown = Object.keys(request.query as object).some((name) => !known.includes(name));
  if (unknown) throw badInput('query', 'unknown parameter');
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
