import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '../../lib/error.ts';
import type { DescribedRoute } from '../openapi/described-routes.ts';

/**
 * Refuses a request without a route before its body is read: 405 with the allowed methods for a known address (RFC 9110,
 * 15.5.6), 404 for every other address.
 */
export function createUnroutedCheck(routes: readonly DescribedRoute[]) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.is404) return;
    const [path = ''] = request.url.split('?');
    const methods = routes.filter(({ url }) => patternOf(url).test(path)).map(({ method }) => method);
    if (methods.length === 0) throw refused('not-found', 'no route has this address');
    const allowed = methods.join(', ');
    reply.header('allow', allowed);
    throw refused('method-not-allowed', `this address allows only ${allowed}`);
  };
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
