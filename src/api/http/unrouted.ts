import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '../../lib/error.ts';
import type { DescribedRoute } from '../openapi/described-routes.ts';

/**
 * Refuses what no route takes, before any of it is read: 405 with the methods of a known address (RFC 9110, 15.5.6),
 * 404 for every other.
 */
export function createUnrouted(routes: readonly DescribedRoute[]) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.is404) return;
    const [path = ''] = request.url.split('?');
    const methods = routes.filter(({ url }) => patternOf(url).test(path)).map(({ method }) => method);
    if (methods.length === 0) throw refused('not-found', 'there is nothing at this address');
    const allowed = methods.join(', ');
    reply.header('allow', allowed);
    throw refused('method-not-allowed', `this address takes ${allowed} only`);
  };
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
