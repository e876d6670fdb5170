import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incidentView } from '../../domain/incident/incident-view.ts';
import type { JournalReader } from '../../domain/journal/ports.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';

const rememberedIncidents = 1_000;

/** A journal reader, and the trace ids of the incidents that were read last. */
export interface TracedReader {
  journal: JournalReader;
  /** Returns the trace id of an incident; undefined if the incident is not one of those that `journal` read last. */
  traceOf(incident: string): string | undefined;
}

/**
 * Wraps a journal reader, and remembers the trace ids of the last `rememberedIncidents` incidents that were read.
 * Without this memory, each log line would need a query.
 */
export function rememberTraces(journal: JournalReader): TracedReader {
  const traces = new Map<string, string>();
  return {
    journal: {
      ...journal,
      async recent(incident) {
        const records = await journal.recent(incident);
        const view = incidentView(records);
        if (view) {
          traces.delete(view.id);
          traces.set(view.id, view.trace);
          const [oldest] = traces.keys();
          if (oldest !== undefined && traces.size > rememberedIncidents) traces.delete(oldest);
        }
        return records;
      },
    },
    traceOf: (incident) => traces.get(incident),
  };
}

/**
 * Writes one log line per request. The line contains the name of the accepted bearer token, and the route's pattern,
 * such as `/v1/incidents/:id`. The line does not contain the address, because the client chooses the address. A POST to
 * a route of one incident is also recorded as a span in the incident's trace, if `traceOf` knows the trace id.
 */
export function logRequests(
  app: FastifyInstance,
  { log, tracing, traceOf }: { log: Logger; tracing: Tracing; traceOf: TracedReader['traceOf'] },
): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, tokenName: caller } = request;
    const route = request.routeOptions.url ?? 'none';
    const context = logContextOf(request, traceOf);
    const ms = Math.round(reply.elapsedTime);
    log.info({ ...context, caller, method, route, status: reply.statusCode, ms }, 'request');
    if (context && method === 'POST')
      tracing.recordSpan(context, spanOf(reply, `${method} ${route}`, context.incident));
  });
}

function logContextOf({ params }: FastifyRequest, traceOf: TracedReader['traceOf']) {
  const { id: incident } = (params ?? {}) as { id?: unknown };
  const trace = typeof incident === 'string' ? traceOf(incident) : undefined;
  return typeof incident === 'string' && trace !== undefined ? { incident, trace } : undefined;
}

function spanOf({ statusCode: status, elapsedTime }: FastifyReply, name: string, incident: string) {
  const end = Date.now();
  const times = { start: new Date(end - elapsedTime).toISOString(), end: new Date(end).toISOString() };
  return { name, ...times, attributes: { status, incident } };
}
