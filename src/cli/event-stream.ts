/** One event of a stream, as the WHATWG's HTML standard (9.2.6) has it dispatched. `data` is empty where it only has an id. */
export interface StreamEvent {
  id?: string;
  data: string;
}

/** A line longer than any record: whoever sends it is not `airlock serve`. */
const longestLine = 2 * 1024 * 1024;

/**
 * Reads server-sent events off a response's body. An event without data, which a browser keeps to itself, is told too:
 * its id says how far the stream has come.
 * @throws RangeError for a line without an end, and whatever the body throws.
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  let event: StreamEvent = { data: '' };
  for await (const line of linesOf(body)) {
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

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new RangeError('a line of the stream has no end');
    yield* lines;
  }
}
