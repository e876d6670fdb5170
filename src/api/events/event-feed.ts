import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { JournalReader } from '../../domain/journal/ports.ts';
import { jittered } from '../../platform/jittered.ts';
import { pause } from '../../platform/pause.ts';
import type { Logger } from '../../platform/logger.ts';

/** One journal record as a server-sent event. */
interface FeedEvent {
  seq: number;
  incident: string;
  /** The text that is sent. It ends with an empty line. */
  frame: string;
}

/** Turns journal records into events for all event streams of this process. The streams share a buffer of events. */
export interface EventFeed {
  /**
   * Returns the next events after sequence number `seq`, in order and without a gap. The list may end before the latest
   * event, and it may be empty. If no event after `seq` is known, the call waits for one poll of the journal.
   * @throws AirlockError `journal-unavailable` if the next event is older than the buffer and cannot be read.
   */
  eventsAfter(seq: number): Promise<readonly FeedEvent[]>;
}

const waitBeforePollMs = 250;
const waitAfterFailureMs = 1_000;
/**
 * Each wait is lengthened at random by up to this fraction. So several `airlock serve` processes do not poll in step.
 */
const jitterFraction = 0.2;
const recordsPerRead = 100;
/**
 * When the buffer has more characters, the feed drops the oldest events. If a stream needs a dropped event, the feed
 * reads the record from the journal again.
 */
const maxBufferCharacters = 4 * 1024 * 1024;

/**
 * Creates a feed that polls the journal while a stream waits. Each poll reads the records after the latest known
 * record. Sequence numbers have no gaps and are committed in order, so no record is missed.
 */
export function createEventFeed({ journal, log }: { journal: JournalReader; log: Logger }): EventFeed {
  let buffer: FeedEvent[] = [];
  let bufferCharacters = 0;
  /** `buffer` has the events after sequence number `start`, up to and including sequence number `end`. */
  let start = 0;
  let end = 0;
  let currentPoll: Promise<void> | undefined;

  const addToBuffer = (event: FeedEvent): void => {
    if (event.seq <= end) return; // during this poll, a call of `eventsAfter` moved `end` to this record or a later one
    buffer.push(event);
    bufferCharacters += event.frame.length;
    end = event.seq;
    for (; bufferCharacters > maxBufferCharacters; start = buffer.shift()?.seq ?? end)
      bufferCharacters -= buffer[0]?.frame.length ?? 0;
  };
  const poll = async (): Promise<void> => {
    await pause(jittered(waitBeforePollMs, jitterFraction), undefined, false);
    try {
      for (let count = recordsPerRead; count === recordsPerRead;) {
        const records = await journal.readAfter(end, recordsPerRead);
        records.map(eventOf).forEach(addToBuffer);
        count = records.length;
      }
    } catch (error) {
      log.warn(
        { problem: (error as Error).message },
        'the journal cannot be read: event streams get no new records until a later poll succeeds',
      );
      await pause(jittered(waitAfterFailureMs, jitterFraction), undefined, false);
    }
  };
  return {
    async eventsAfter(seq) {
      if (seq > end) {
        // The feed has not read record `seq` yet. It begins a new, empty buffer after `seq`. For streams that are
        // behind `seq`, the feed reads from the journal.
        [buffer, bufferCharacters, start, end] = [[], 0, seq, seq];
      }
      if (seq < start) return (await journal.readAfter(seq, recordsPerRead)).map(eventOf);
      if (seq === end) {
        currentPoll ??= poll().finally(() => {
          currentPoll = undefined;
        });
        await currentPoll;
      }
      // During the poll, the feed may have dropped the events directly after `seq`. Then the list is empty, and the
      // next call reads the records from the journal.
      return seq < start ? [] : buffer.filter((event) => event.seq > seq);
    },
  };
}

function eventOf(record: JournalRecord): FeedEvent {
  const { seq, incident, kind } = record;
  // JSON.stringify writes no line breaks, so a record fits into one `data` line.
  return { seq, incident, frame: `id: ${seq}\nevent: ${kind}\ndata: ${JSON.stringify(record)}\n\n` };
}
