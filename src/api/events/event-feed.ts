import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { JournalReader } from '../../domain/journal/ports.ts';
import { jittered } from '../../platform/jittered.ts';
import type { Logger } from '../../platform/logger.ts';

/** One record as a server-sent event. */
interface FeedEvent {
  seq: number;
  incident: string;
  /** The event's lines, with the empty line at its end. */
  frame: string;
}

/** New records of the journal, for any number of streams. The journal is read only once for all of them. */
export interface EventFeed {
  /**
   * Returns the records whose sequence number is greater than `seq`, in order and without a gap. If there are none yet,
   * the call waits briefly. The result may still be empty.
   * @throws AirlockError `journal-unavailable` if older records cannot be read.
   */
  after(seq: number): Promise<readonly FeedEvent[]>;
}

const pollMs = 250;
const retryMs = 1_000;
/** Several `airlock serve` processes poll the same database. With jitter they do not all poll at once. */
const jitter = 0.2;
const rowsAtOnce = 100;
/**
 * Size limit of the buffer, characters. The buffer has the latest records. A stream that needs older records reads them
 * from the journal.
 */
const bufferCharacters = 4 * 1024 * 1024;

/**
 * Polls the journal for records after the last record that was read. No record is missed, because sequence numbers have
 * no gaps and are committed in order. The feed polls only while a stream waits.
 */
export function createEventFeed({ journal, log }: { journal: JournalReader; log: Logger }): EventFeed {
  let buffer: FeedEvent[] = [];
  let characters = 0;
  /** Sequence numbers. `buffer` contains the records after `floor`, up to and including `head`. */
  let floor = 0;
  let head = 0;
  let waiting: Promise<void> | undefined;

  const keep = (event: FeedEvent): void => {
    if (event.seq <= head) return; // a call of `after()` has reset `head` while this poll was running
    buffer.push(event);
    characters += event.frame.length;
    head = event.seq;
    for (; characters > bufferCharacters; floor = buffer.shift()?.seq ?? head)
      characters -= buffer[0]?.frame.length ?? 0;
  };
  const poll = async (): Promise<void> => {
    await sleep(jittered(pollMs, jitter), undefined, { ref: false });
    try {
      for (let rows = rowsAtOnce; rows === rowsAtOnce;) {
        const fresh = await journal.readAfter(head, rowsAtOnce);
        fresh.map(eventOf).forEach(keep);
        rows = fresh.length;
      }
    } catch (error) {
      log.warn(
        { problem: (error as Error).message },
        'the journal cannot be read: event streams wait, and it is tried again',
      );
      await sleep(jittered(retryMs, jitter), undefined, { ref: false });
    }
  };
  return {
    async after(seq) {
      if (seq > head) {
        // No stream was reading for a while, so the feed starts a new, empty buffer at `seq`. Streams that are behind
        // `seq` read from the journal.
        [buffer, characters, floor, head] = [[], 0, seq, seq];
      }
      if (seq < floor) return (await journal.readAfter(seq, rowsAtOnce)).map(eventOf);
      if (seq === head) await (waiting ??= poll().finally(() => (waiting = undefined)));
      return seq < floor ? [] : buffer.filter((event) => event.seq > seq);
    },
  };
}

function eventOf(record: JournalRecord): FeedEvent {
  const { seq, incident, kind } = record;
  // JSON.stringify writes no line breaks, so a record is one line of data.
  return { seq, incident, frame: `id: ${seq}\nevent: ${kind}\ndata: ${JSON.stringify(record)}\n\n` };
}
