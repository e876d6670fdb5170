import { get, type IncomingMessage } from 'node:http';
import { readEvents, type StreamEvent } from '../../src/cli/api/event-stream.ts';
import { tokens } from './api-under-test.ts';

/** One connection to `GET /v1/events`. */
export interface StreamReader {
  response: IncomingMessage;
  /** Reads events up to the first one for which `last` is true, or up to the end of the stream, and returns them. */
  until(last: (event: StreamEvent) => boolean): Promise<StreamEvent[]>;
  /** Breaks the connection. */
  cut(): void;
}

/** Opens a stream. A browser sends `lastEventId` when it reconnects. */
export async function openStream(url: string, query = '', lastEventId?: string): Promise<StreamReader> {
  const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const headers = { authorization: `Bearer ${tokens.operator}`, ...resume };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/v1/events${query}`, { headers, agent: false }, resolve).on('error', reject);
  });
  response.on('error', () => undefined); // a connection that either side broke
  const events = readEvents(response)[Symbol.asyncIterator]();
  return {
    response,
    async until(last) {
      const seen: StreamEvent[] = [];
      for (;;) {
        const next = await events.next().catch(() => ({ done: true as const, value: undefined }));
        if (next.done) return seen;
        seen.push(next.value);
        if (last(next.value)) return seen;
      }
    },
    cut: () => void response.destroy(),
  };
}
