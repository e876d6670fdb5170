import { linesOf } from '../../platform/lines-of.ts';

/** One server-sent event (WHATWG HTML standard, section 9.2.6). `data` is empty if the event has only an id. */
export interface StreamEvent {
  id?: string;
  data: string;
}

/** Size limit of a line, in characters. `airlock serve` sends each record as one line, and every record is shorter. */
const maxLineCharacters = 2 * 1024 * 1024;

/**
 * Reads the server-sent events of a response's body. Unlike a browser, this function also yields an event that has only
 * an id. The caller needs the id of the last event to continue on a new connection.
 * @throws RangeError if a line is too long. Errors of `body` are passed on.
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  let event: StreamEvent = { data: '' };
  for await (const line of linesOf(body, maxLineCharacters)) {
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
