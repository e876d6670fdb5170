import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AirlockError, badInput } from '../../lib/error.ts';
import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { sequenceSchema } from '../../domain/journal/journal.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import type { Logger } from '../../platform/telemetry.ts';
import { createEventFeed } from './event-feed.ts';
import { eventFrames } from './event-frames.ts';
import { findIncident, type IncidentDeps } from '../incidents.ts';

/** What one process gives to streams of events. */
export interface EventTerms {
  /** Streams at the same time; whoever comes later gets a 503. */
  streams: number;
  /** A comment is sent after so many seconds without an event. */
  heartbeatSeconds: number;
  /** A reader that takes nothing for so many seconds is cut off; it can resume. */
  stallSeconds: number;
}

export interface EventDeps extends IncidentDeps {
  events: EventTerms;
  log: Logger;
}

const querySchema = z.strictObject({
  after: sequenceSchema.optional().describe('only what follows this id; 0 for everything'),
  incident: incidentIdSchema.optional(),
});

/**
 * `GET /v1/events`: every record of the journal as it comes, as server-sent events (WHATWG HTML, 9.2): `id` is the
 * record's sequence number, `event` its kind, `data` the record. Resumes after `Last-Event-ID`, else after `?after=`,
 * else begins with what comes next.
 */
export function eventRoutes(app: FastifyInstance, deps: EventDeps): void {
  const { journal, events: terms } = deps;
  const feed = createEventFeed(deps);
  const open = new Map<ServerResponse, AbortController>();
  const doc = {
    summary: 'Every record of the journal as it comes, as server-sent events; resumable by Last-Event-ID.',
    query: querySchema,
    answer: { type: 'text/event-stream' },
    errors: [404, 503],
  };
  // First its streams, to their end: closing the server breaks whatever is left.
  app.addHook('preClose', () => endAll(open));
  app.get('/v1/events', { config: { doc } }, async (request, reply) => {
    const stop = enter(open, reply.raw);
    const { incident, after } = placeOf(request);
    if (incident !== undefined) await findIncident(journal, incident);
    const last = await journal.last();
    if (after && after.seq > last) throw badInput(after.field, `is after the journal's last record, ${last}`);
    if (open.size > terms.streams) throw full(terms);
    const cut = (): void => void reply.raw.destroy();
    const frames = eventFrames(feed, { from: after?.seq ?? last, incident, terms, stop, cut });
    // A proxy must not keep events back to send many at once.
    return reply
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .type('text/event-stream')
      .send(Readable.from(frames, { highWaterMark: 1 }));
  });
}

/** Holds a place until the response is over, however that comes. Taken first: later, a reader may have left unseen. */
function enter(open: Map<ServerResponse, AbortController>, response: ServerResponse): AbortSignal {
  const stop = new AbortController();
  open.set(response, stop);
  response.once('close', () => {
    stop.abort();
    open.delete(response);
  });
  return stop.signal;
}

const endWithinMs = 2_000;

async function endAll(open: ReadonlyMap<ServerResponse, AbortController>): Promise<void> {
  const ended = [...open.keys()].map((response) => once(response, 'close'));
  open.forEach((stop) => stop.abort());
  const late = new Promise((resolve) => setTimeout(resolve, endWithinMs).unref());
  await Promise.race([Promise.all(ended), late]);
}

interface Place {
  seq: number;
  field: string;
}

/** A browser that connects again sends the header with the address that it had: the header is newer. */
function placeOf({ headers, query }: FastifyRequest): { incident?: string | undefined; after?: Place | undefined } {
  const asked = querySchema.safeParse(query);
  if (!asked.success) throw refusedInput(asked.error, 'query');
  const { incident, after } = asked.data;
  const header = headers['last-event-id'];
  if (header === undefined) return { incident, after: after ? { seq: Number(after), field: 'after' } : undefined };
  const id = sequenceSchema.safeParse(header);
  if (!id.success) throw badInput('last-event-id', id.error.issues[0]?.message ?? 'not accepted');
  return { incident, after: { seq: Number(id.data), field: 'last-event-id' } };
}

function full({ streams }: EventTerms): AirlockError {
  const message = `${streams} streams of events are open, which is all that are allowed: close one, or try again later`;
  return new AirlockError({ code: 'too-many-streams', message, next: 'retry' });
}
