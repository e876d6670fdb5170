import { get, type IncomingMessage } from 'node:http';
import { readEvents, type StreamEvent } from '../../src/cli/event-stream.ts';
import { tokens } from './sender.ts';

/** One connection to `GET /v1/events`. */
export interface Reader {
  response: IncomingMessage;
  /** Reads events until one is the last that is wanted; then, or where the stream ends, they are told. */
  until(last: (event: StreamEvent) => boolean): Promise<StreamEvent[]>;
  /** Breaks the connection without a goodbye. */
  cut(): void;
}

/** Opens a stream; `lastEventId` is what a browser would send when it comes back. */
export async function openStream(url: string, query = '', lastEventId?: string): Promise<Reader> {
  const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const headers = { authorization: `Bearer ${tokens.operator}`, ...resume };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/v1/events${query}`, { headers, agent: false }, resolve).on('error', reject);
  });
  response.on('error', () => undefined); // a connection that was cut, by either side
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
