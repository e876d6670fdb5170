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
  /** Largest number of open streams. While so many streams are open, a further request gets status 503. */
  streams: number;
  /** After this many seconds without an event, a heartbeat is sent. It shows the client that the connection works. */
  heartbeatSeconds: number;
  /** A client that reads nothing for this many seconds is disconnected. The client can resume the stream. */
  stallSeconds: number;
}

/** What the route of the event streams needs. */
export interface EventDeps extends IncidentDeps {
  streamLimits: StreamLimits;
  log: Logger;
}

const querySchema = z.strictObject({
  after: sequenceSchema.optional().describe('only events after this event id; 0 for all events'),
  incident: incidentIdSchema.optional(),
});

/**
 * `GET /v1/events`: sends every new record of the journal as a server-sent event (WHATWG HTML, section 9.2). The
 * event's `id` is the record's sequence number, `event` is the record's kind, and `data` is the record. The header
 * `Last-Event-ID` or the query parameter `after` gives the id after which the stream begins. If both are absent, the
 * stream begins with the next new record. The query parameter `incident` limits the stream to one incident.
 */
export function eventRoutes(app: FastifyInstance, deps: EventDeps): void {
  const { journal, streamLimits: limits } = deps;
  const feed = createEventFeed(deps);
  const openStreams: OpenStreams = new Map();
  const doc = {
    summary: 'Every new record of the journal as a server-sent event. A client resumes with the header Last-Event-ID.',
    query: querySchema,
    answer: { type: 'text/event-stream' },
    errors: [404, 503],
  };
  // The streams end before the server closes. Otherwise the closing server would break their connections.
  app.addHook('preClose', () => endAll(openStreams));
  app.get('/v1/events', { config: { doc } }, async (request, reply) => {
    const stop = registerStream(openStreams, reply.raw);
    const { incident, after } = parseInputs(request);
    if (incident !== undefined) await findIncident(journal, incident);
    const lastSeq = await journal.last();
    if (after && after.seq > lastSeq)
      throw badInput(after.field, `is greater than the last sequence number of the journal (${lastSeq})`);
    if (openStreams.size > limits.streams) throw tooManyStreams(limits);
    const disconnect = (): void => {
      reply.raw.destroy();
    };
    const frames = eventFrames(feed, { startSeq: after?.seq ?? lastSeq, incident, limits, stop, disconnect });
    // `no-store` keeps proxies from storing the events. `x-accel-buffering` keeps nginx from buffering the events.
    return reply
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .type('text/event-stream')
      .send(Readable.from(frames, { highWaterMark: 1 }));
  });
}

/** The response of each open stream, with the controller whose signal ends the stream. */
type OpenStreams = Map<ServerResponse, AbortController>;

/**
 * Adds a stream to the open streams, and removes the stream when its response closes. The handler must call this
 * function before it waits for anything. A stream whose response has already closed would never be removed.
 * @returns the signal that tells the stream to end.
 */
function registerStream(openStreams: OpenStreams, response: ServerResponse): AbortSignal {
  const stop = new AbortController();
  openStreams.set(response, stop);
  response.once('close', () => {
    stop.abort();
    openStreams.delete(response);
  });
  return stop.signal;
}

const endWithinMs = 2_000;

/** Ends all streams and waits until their responses are closed, at most `endWithinMs`. */
async function endAll(openStreams: OpenStreams): Promise<void> {
  const ended = [...openStreams.keys()].map((response) => once(response, 'close'));
  openStreams.forEach((stop) => stop.abort());
  const late = new Promise((resolve) => setTimeout(resolve, endWithinMs).unref());
  await Promise.race([Promise.all(ended), late]);
}

interface StreamStart {
  /** The stream begins after the record with this sequence number. */
  seq: number;
  /** Name of the header or query parameter that has this number. */
  field: string;
}

/**
 * Parses the header and the query. `Last-Event-ID` takes precedence over `after`: when a browser reconnects, the
 * address is the old one, but the header is new.
 */
function parseInputs({ headers, query }: FastifyRequest): {
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
  const message = `the limit of ${streams} open event streams is reached: close one, or try again later`;
  return new AirlockError({ code: 'too-many-streams', message });
}
