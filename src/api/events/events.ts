import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AirlockError, badInput } from '../../lib/error.ts';
import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { sequenceSchema } from '../../domain/journal/journal.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import type { Logger } from '../../platform/logger.ts';
import { createEventFeed } from './event-feed.ts';
import { eventFrames } from './event-frames.ts';
import { findIncident, type IncidentDeps } from '../incidents.ts';

/** Limits of the event streams of one process. */
export interface StreamLimits {
  /** Largest number of open streams. Further requests get a 503. */
  streams: number;
  /**
   * After this many seconds without an event, a comment is sent, so that the reader knows that the connection works.
   */
  heartbeatSeconds: number;
  /** A reader that reads nothing for this many seconds is disconnected. The reader can resume. */
  stallSeconds: number;
}

/** What the event streams need. */
export interface EventDeps extends IncidentDeps {
  events: StreamLimits;
  log: Logger;
}

const querySchema = z.strictObject({
  after: sequenceSchema.optional().describe('only events after this id; 0 for all events'),
  incident: incidentIdSchema.optional(),
});

/**
 * `GET /v1/events`: sends every new record of the journal as a server-sent event (WHATWG HTML, section 9.2). The
 * event's `id` is the record's sequence number, `event` is the record's kind, and `data` is the record. The stream
 * begins after the record in the header `Last-Event-ID`, or else after the record in `?after=`, or else with the next
 * new record.
 */
export function eventRoutes(app: FastifyInstance, deps: EventDeps): void {
  const { journal, events: limits } = deps;
  const feed = createEventFeed(deps);
  const open = new Map<ServerResponse, AbortController>();
  const doc = {
    summary: 'Every new record of the journal as a server-sent event; the header Last-Event-ID resumes a stream.',
    query: querySchema,
    answer: { type: 'text/event-stream' },
    errors: [404, 503],
  };
  // Streams are ended before the server closes. Otherwise the closing server would break their connections.
  app.addHook('preClose', () => endAll(open));
  app.get('/v1/events', { config: { doc } }, async (request, reply) => {
    const stop = registerStream(open, reply.raw);
    const { incident, after } = startOf(request);
    if (incident !== undefined) await findIncident(journal, incident);
    const last = await journal.last();
    if (after && after.seq > last)
      throw badInput(after.field, `is greater than the number of the journal's last record, ${last}`);
    if (open.size > limits.streams) throw tooManyStreams(limits);
    const disconnect = (): void => {
      reply.raw.destroy();
    };
    const frames = eventFrames(feed, { startSeq: after?.seq ?? last, incident, limits, stop, disconnect });
    // These headers keep a proxy from buffering the events.
    return reply
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .type('text/event-stream')
      .send(Readable.from(frames, { highWaterMark: 1 }));
  });
}

/**
 * Adds a stream to `open` and removes it when the response closes. The handler must call this function first: if the
 * response has already closed, the stream is never removed and counts for ever.
 * @returns a signal to end the stream.
 */
function registerStream(open: Map<ServerResponse, AbortController>, response: ServerResponse): AbortSignal {
  const stop = new AbortController();
  open.set(response, stop);
  response.once('close', () => {
    stop.abort();
    open.delete(response);
  });
  return stop.signal;
}

const endWithinMs = 2_000;

/** Ends all streams and waits until their responses are closed, at most `endWithinMs`. */
async function endAll(open: ReadonlyMap<ServerResponse, AbortController>): Promise<void> {
  const ended = [...open.keys()].map((response) => once(response, 'close'));
  open.forEach((stop) => stop.abort());
  const late = new Promise((resolve) => setTimeout(resolve, endWithinMs).unref());
  await Promise.race([Promise.all(ended), late]);
}

/** The record after which a stream begins, and the field of the request that names it. */
interface StreamStart {
  seq: number;
  field: string;
}

/** Last-Event-ID takes precedence over the query: a browser reconnects to the same address, but with a new header. */
function startOf({ headers, query }: FastifyRequest): {
  incident?: string | undefined;
  after?: StreamStart | undefined;
} {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) throw refusedInput(parsed.error, 'query');
  const { incident, after } = parsed.data;
  const header = headers['last-event-id'];
  if (header === undefined) return { incident, after: after ? { seq: Number(after), field: 'after' } : undefined };
  const id = sequenceSchema.safeParse(header);
  if (!id.success) throw badInput('last-event-id', id.error.issues[0]?.message ?? 'invalid');
  return { incident, after: { seq: Number(id.data), field: 'last-event-id' } };
}

function tooManyStreams({ streams }: StreamLimits): AirlockError {
  const message = `all ${streams} event streams of this process are in use: close one, or try again later`;
  return new AirlockError({ code: 'too-many-streams', message });
}
