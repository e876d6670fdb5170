import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { JournalReader } from '../../domain/ports.ts';
import type { Logger } from '../../platform/telemetry.ts';

/** One record as it is sent. */
export interface FeedEvent {
  seq: number;
  incident: string;
  /** The event's lines, with the empty one that ends it. */
  frame: string;
}

/** New records of the journal for any number of streams, read once for all of them. */
export interface EventFeed {
  /**
   * What follows `seq`, in order and without a gap; waits a little where there is nothing yet, and may then be empty.
   * @throws AirlockError `journal-unavailable` where older records cannot be read.
   */
  after(seq: number): Promise<readonly FeedEvent[]>;
}

const everyMs = 250;
const afterFailureMs = 1_000;
const rowsAtOnce = 100;
/** Records that are kept for streams that are a little behind; who is further behind reads the journal. */
const keptCharacters = 4 * 1024 * 1024;

/**
 * Sequence numbers have no gaps and are committed in order, so "greater than the last" misses nothing. The journal is
 * asked only while somebody waits for an answer.
 */
export function createEventFeed({ journal, log }: { journal: JournalReader; log: Logger }): EventFeed {
  let kept: FeedEvent[] = [];
  let characters = 0;
  /** `kept` is all that stands after `floor` up to `head`. */
  let floor = 0;
  let head = 0;
  let waiting: Promise<void> | undefined;

  const keep = (event: FeedEvent): void => {
    if (event.seq <= head) return; // `head` was set anew meanwhile
    kept.push(event);
    characters += event.frame.length;
    head = event.seq;
    for (; characters > keptCharacters; floor = kept.shift()?.seq ?? head) characters -= kept[0]?.frame.length ?? 0;
  };
  const look = async (): Promise<void> => {
    await sleep(everyMs, undefined, { ref: false });
    try {
      for (let rows = rowsAtOnce; rows === rowsAtOnce;) {
        const fresh = await journal.readAfter(head, rowsAtOnce);
        fresh.map(eventOf).forEach(keep);
        rows = fresh.length;
      }
    } catch (error) {
      log.warn({ problem: (error as Error).message }, 'streams of events wait for the journal');
      await sleep(afterFailureMs, undefined, { ref: false });
    }
  };
  return {
    async after(seq) {
      if (seq > head) {
        // Nobody asked for a while. Whoever is behind this reads the journal.
        [kept, characters, floor, head] = [[], 0, seq, seq];
      }
      if (seq < floor) return (await journal.readAfter(seq, rowsAtOnce)).map(eventOf);
      if (seq === head) await (waiting ??= look().finally(() => (waiting = undefined)));
      return seq < floor ? [] : kept.filter((event) => event.seq > seq);
    },
  };
}

function eventOf(record: JournalRecord): FeedEvent {
  const { seq, incident, kind } = record;
  // JSON has no line breaks of its own: a record is one line of data.
  return { seq, incident, frame: `id: ${seq}\nevent: ${kind}\ndata: ${JSON.stringify(record)}\n\n` };
}
