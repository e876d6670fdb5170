import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { JournalReader } from '../../domain/journal/ports.ts';
import { jittered } from '../../platform/jittered.ts';
import type { Logger } from '../../platform/logger.ts';

/** One record as a server-sent event. */
interface FeedEvent {
  seq: number;
  incident: string;
  /** The lines of the event, with the empty line that ends an event. */
  frame: string;
}

/** Gives new records of the journal to all event streams. Each new record is read once, not once per stream. */
export interface EventFeed {
  /**
   * Returns records after sequence number `seq`, in order and without a gap, but not always all of them. If there are
   * none yet, the call waits briefly and may then return an empty list.
   * @throws AirlockError `journal-unavailable` if the records are no longer in the buffer and the journal cannot be
   * read.
   */
  after(seq: number): Promise<readonly FeedEvent[]>;
}

const pollMs = 250;
const retryMs = 1_000;
/** Several `airlock serve` processes poll the same database. With jitter the processes do not all poll at once. */
const jitter = 0.2;
const rowsAtOnce = 100;
/**
 * Size limit of the buffer, in characters. The buffer has the latest records. Older records are read from the journal
 * when a stream needs them.
 */
const bufferCharacters = 4 * 1024 * 1024;

/**
 * Creates a feed that polls the journal while a stream waits. Each poll reads the records after the last known sequence
 * number. No record is missed, because sequence numbers have no gaps and are committed in order.
 */
export function createEventFeed({ journal, log }: { journal: JournalReader; log: Logger }): EventFeed {
  let buffer: FeedEvent[] = [];
  let characters = 0;
  /** Sequence numbers. `buffer` contains the records after `start`, up to and including `end`. */
  let start = 0;
  let end = 0;
  let waiting: Promise<void> | undefined;

  const keep = (event: FeedEvent): void => {
    if (event.seq <= end) return; // while this poll was running, a call of `after()` set `end` to a later record
    buffer.push(event);
    characters += event.frame.length;
    end = event.seq;
    for (; characters > bufferCharacters; start = buffer.shift()?.seq ?? end)
      characters -= buffer[0]?.frame.length ?? 0;
  };
  const poll = async (): Promise<void> => {
    await sleep(jittered(pollMs, jitter), undefined, { ref: false });
    try {
      for (let rows = rowsAtOnce; rows === rowsAtOnce;) {
        const fresh = await journal.readAfter(end, rowsAtOnce);
        fresh.map(eventOf).forEach(keep);
        rows = fresh.length;
      }
    } catch (error) {
      log.warn(
        { problem: (error as Error).message },
        'the journal cannot be read: event streams wait until a later attempt succeeds',
      );
      await sleep(jittered(retryMs, jitter), undefined, { ref: false });
    }
  };
  return {
    async after(seq) {
      if (seq > end) {
        // No stream was waiting for a while, so the buffer lacks newer records. The feed begins a new, empty buffer at
        // `seq`. For streams that are behind `seq`, records are read from the journal.
        [buffer, characters, start, end] = [[], 0, seq, seq];
      }
      if (seq < start) return (await journal.readAfter(seq, rowsAtOnce)).map(eventOf);
      if (seq === end) await (waiting ??= poll().finally(() => (waiting = undefined)));
      return seq < start ? [] : buffer.filter((event) => event.seq > seq);
    },
  };
}

function eventOf(record: JournalRecord): FeedEvent {
  const { seq, incident, kind } = record;
  // JSON.stringify writes no line breaks, so a record is one line of data.
  return { seq, incident, frame: `id: ${seq}\nevent: ${kind}\ndata: ${JSON.stringify(record)}\n\n` };
}
