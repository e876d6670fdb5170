import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { incidentView } from '../../domain/incident/incident-view.ts';
import type { JournalReader } from '../../domain/ports.ts';
import type { Logger, Tracing } from '../../platform/telemetry.ts';

const remembered = 1_000;

/** A reader that remembers the trace of each incident that was read last. */
export interface TracedReader {
  journal: JournalReader;
  traceOf(incident: string): string | undefined;
}

/** Who looks an incident up also learns its trace; asking for it again would cost every request a query. */
export function rememberTraces(journal: JournalReader): TracedReader {
  const traces = new Map<string, string>();
  return {
    journal: {
      ...journal,
      async read(incident) {
        const records = await journal.read(incident);
        const view = incidentView(records);
        if (view) {
          traces.delete(view.id);
          traces.set(view.id, view.trace);
          const [oldest] = traces.keys();
          if (oldest !== undefined && traces.size > remembered) traces.delete(oldest);
        }
        return records;
      },
    },
    traceOf: (incident) => traces.get(incident),
  };
}

/**
 * One line per request that was answered, with its route instead of its address: what was sent is not told. A request
 * that sent something about an incident is also a span of the incident's trace.
 */
export function logRequests(
  app: FastifyInstance,
  { log, tracing, traceOf }: { log: Logger; tracing: Tracing; traceOf: TracedReader['traceOf'] },
): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const about = aboutOf(request, traceOf);
    log.info({ ...about, method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
    if (about && method === 'POST') tracing.past(about, spanOf(reply, `${method} ${route}`, about.incident));
  });
}

function aboutOf({ params }: FastifyRequest, traceOf: TracedReader['traceOf']) {
  const { id: incident } = (params ?? {}) as { id?: unknown };
  const trace = typeof incident === 'string' ? traceOf(incident) : undefined;
  return typeof incident === 'string' && trace !== undefined ? { incident, trace } : undefined;
}

function spanOf({ statusCode: status, elapsedTime }: FastifyReply, name: string, incident: string) {
  const end = Date.now();
  const times = { start: new Date(end - elapsedTime).toISOString(), end: new Date(end).toISOString() };
  return { name, ...times, facts: { status, incident } };
}
