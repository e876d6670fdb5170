import { linesOf } from '../../platform/lines-of.ts';

/** One server-sent event (WHATWG HTML standard, 9.2.6). `data` is empty where the event has an id alone. */
export interface StreamEvent {
  id?: string;
  data: string;
}

/** Longer than any record: `airlock serve` sends no such line. */
const longestLine = 2 * 1024 * 1024;

/**
 * Reads the server-sent events of a response's body. Unlike a browser it also yields events without data: their id says
 * how far the stream has come.
 * @throws RangeError for a line without an end, and whatever the body throws.
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  let event: StreamEvent = { data: '' };
  for await (const line of linesOf(body, longestLine)) {
    if (line === '') {
      if (event.id !== undefined || event.data) yield event;
      event = { data: '' };
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'id') event.id = value;
    if (field === 'data') event.data += event.data ? `\n${value}` : value;
  }
}
