import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { JournalReader } from '../../domain/journal/ports.ts';
import type { Logger } from '../../platform/logger.ts';

/** One record as a server-sent event. */
interface FeedEvent {
  seq: number;
  incident: string;
  /** The event's lines, with the empty line at its end. */
  frame: string;
}

/** New records of the journal for any number of streams; the journal is read once for all of them. */
export interface EventFeed {
  /**
   * The records after `seq`, in order and without a gap. Waits briefly when there are none yet, and may then return none.
   * @throws AirlockError `journal-unavailable` when older records cannot be read.
   */
  after(seq: number): Promise<readonly FeedEvent[]>;
}

const pollMs = 250;
const retryMs = 1_000;
const rowsAtOnce = 100;
/** Size of the buffer for streams that are slightly behind. Streams further behind read the journal. */
const bufferCharacters = 4 * 1024 * 1024;

/**
 * Sequence numbers have no gaps and are committed in order, so "greater than the last" misses no record. The journal is
 * polled only while a stream waits.
 */
export function createEventFeed({ journal, log }: { journal: JournalReader; log: Logger }): EventFeed {
  let buffer: FeedEvent[] = [];
  let characters = 0;
  /** `buffer` contains the records after `floor` up to `head`. */
  let floor = 0;
  let head = 0;
  let waiting: Promise<void> | undefined;

  const keep = (event: FeedEvent): void => {
    if (event.seq <= head) return; // `head` was reset meanwhile
    buffer.push(event);
    characters += event.frame.length;
    head = event.seq;
    for (; characters > bufferCharacters; floor = buffer.shift()?.seq ?? head)
      characters -= buffer[0]?.frame.length ?? 0;
  };
  const poll = async (): Promise<void> => {
    await sleep(pollMs, undefined, { ref: false });
    try {
      for (let rows = rowsAtOnce; rows === rowsAtOnce;) {
        const fresh = await journal.readAfter(head, rowsAtOnce);
        fresh.map(eventOf).forEach(keep);
        rows = fresh.length;
      }
    } catch (error) {
      log.warn({ problem: (error as Error).message }, 'event streams wait for the journal');
      await sleep(retryMs, undefined, { ref: false });
    }
  };
  return {
    async after(seq) {
      if (seq > head) {
        // No stream read for a while: restart the buffer here. A stream that is behind reads the journal.
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
