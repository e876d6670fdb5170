import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '../../lib/error.ts';
import type { DescribedRoute } from '../openapi/described-routes.ts';

/**
 * Makes an `onRequest` hook, which Fastify calls before it reads the body. The hook refuses every request that has no
 * route. If the address has routes for other methods, the answer is 405 and lists these methods (RFC 9110, section
 * 15.5.6). Otherwise the answer is 404.
 */
export function createUnroutedCheck(routes: readonly DescribedRoute[]) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.is404) return;
    const [path = ''] = request.url.split('?');
    const methods = routes.filter(({ url }) => patternOf(url).test(path)).map(({ method }) => method);
    if (methods.length === 0)
      throw refused('not-found', 'no route has this address: GET /v1/openapi.json lists all routes');
    reply.header('allow', methods.join(', '));
    throw refused('method-not-allowed', `this address has no route for this method: use ${methods.join(' or ')}`);
  };
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
