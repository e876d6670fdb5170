import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEvents, type StreamEvent } from './event-stream.ts';

async function eventsOf(...chunks: (string | Uint8Array)[]): Promise<StreamEvent[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  const events: StreamEvent[] = [];
  for await (const event of readEvents(body())) events.push(event);
  return events;
}

describe('readEvents', () => {
  it('reads fields, comments, an id alone and data of several lines', async () => {
    const text = 'retry: 1000\nid: 4\n\n: nothing new\n\nid:5\nevent: a.b\ndata: {"x": 1}\n\ndata: a\ndata:  b\n\n';
    assert.deepEqual(await eventsOf(text), [{ id: '4', data: '' }, { id: '5', data: '{"x": 1}' }, { data: 'a\n b' }]);
  });

  it('reads chunks cut anywhere, also within a character, with each kind of line end', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const bytes = new TextEncoder().encode(`id: 7${end}data: ü${end}${end}`);
      const single = [...bytes].map((byte) => Uint8Array.of(byte));
      assert.deepEqual(await eventsOf(...single, `id: 8${end}`), [{ id: '7', data: 'ü' }], JSON.stringify(end));
    }
  });

  it('drops an event whose end was not sent', async () => {
    assert.deepEqual(await eventsOf('id: 1\ndata: x\n'), []);
  });

  it('rejects a line without an end', async () => {
    const long = 'x'.repeat(1024 * 1024);
    await assert.rejects(eventsOf(long, long, long), RangeError);
  });
});
