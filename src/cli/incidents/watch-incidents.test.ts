import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import { AirlockError } from '../../lib/error.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { OutputFormat } from '../render/output.ts';
import { plainTerminal } from '../render/terminal.ts';
import { watchIncidents } from './watch-incidents.ts';

function record(seq: number): JournalRecord {
  return {
    seq,
    at: '2026-11-21T12:00:00Z',
    writer: 'airlock_serve',
    kind: 'incident.opened',
    incident: 'inc-0123456789abcdef',
    trace: 'trace-1',
    message: 'opened\nnow',
    body: { name: 'ü' },
  };
}

/** Delivers one record after the given one, then breaks; the third connection ends the watch. */
async function watch(format: OutputFormat): Promise<{ lines: string[]; notices: string[]; asked: unknown[] }> {
  const [lines, notices, asked]: [string[], string[], unknown[]] = [[], [], []];
  const ending = new AbortController();
  const events: ApiClient['events'] = async ({ after }) => {
    asked.push(after);
    if (asked.length === 3) ending.abort();
    return (async function* () {
      const seq = Number(after ?? 0) + 1;
      yield { id: String(seq), data: JSON.stringify(record(seq)) };
      throw new AirlockError({ code: 'api-unavailable', message: 'reset' });
    })();
  };
  const write = (text: string): void => void lines.push(text);
  const output = { format, terminal: plainTerminal, write };
  await watchIncidents({ events }, { signal: ending.signal, output, err: (line) => notices.push(line) });
  return { lines, notices, asked };
}

describe('watchIncidents', () => {
  test('prints a record per line and continues after the last one when the connection breaks', async () => {
    const { lines, notices, asked } = await watch('table');
    assert.deepEqual(asked, [undefined, '1', '2']);
    assert.match(
      lines[0] ?? '',
      /^inc-0123456789abcdef {6}1 {2}2026-\S+ {2}serve {4}incident\.opened +opened\\u\{a\}now\n$/,
    );
    assert.equal(notices[0], 'connection lost, trying again: reset');
    assert.equal(notices[1], 'connected again: continuing after record 1');
  });

  test('wide adds the trace', async () => {
    const { lines } = await watch('wide');
    assert.match(lines[0] ?? '', /^inc-0123456789abcdef {2}trace-1 /);
  });

  test('json: each line is one document', async () => {
    const { lines } = await watch('json');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [record(1), record(2), record(3)],
    );
    for (const line of lines) assert.match(line, /^[\x20-\x7e]+\n$/);
  });
});
