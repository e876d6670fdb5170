import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RouteDoc } from '../../src/api/openapi/route-doc.ts';
import { errorBodySchema } from '../../src/lib/error.ts';

/** Makes an API fail the test file when an answer differs from the route's own description. */
export function checkAnswers(api: FastifyInstance): FastifyInstance {
  api.addHook('onSend', async ({ method, url, routeOptions }, reply, payload) => {
    const { answer } = routeOptions.config.doc ?? { answer: {} };
    const why = reply.statusCode < 400 ? problemOf(answer, reply, payload) : problemOf(refusal(reply), reply, payload);
    if (!why) return;
    const error = new Error(
      `${method} ${url} answered ${reply.statusCode}, which differs from its description: ${why}`,
    );
    setImmediate(() => {
      throw error;
    });
  });
  return api;
}

function refusal({ statusCode }: FastifyReply): RouteDoc['answer'] {
  return { status: statusCode, schema: errorBodySchema };
}

function problemOf(answer: RouteDoc['answer'], reply: FastifyReply, payload: unknown): string | undefined {
  const { status = 200, type = 'application/json', schema } = answer;
  if (reply.statusCode !== status) return `expected ${status}`;
  const [sent] = String(reply.getHeader('content-type')).split(';');
  if (sent !== type) return `expected ${type}, got ${sent}`;
  return schema?.safeParse(type === 'application/json' ? JSON.parse(String(payload)) : payload).error?.message;
}
