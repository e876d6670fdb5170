import type { EventFeed } from './event-feed.ts';

interface FrameOptions {
  /** The stream begins after the record with this sequence number. 0: the stream begins with the first record. */
  startSeq: number;
  /** The stream has only the records of this incident. Undefined: the stream has the records of all incidents. */
  incident: string | undefined;
  /** After `heartbeatSeconds` without a frame, a heartbeat is sent. For `stallSeconds`, see `disconnect`. */
  limits: { heartbeatSeconds: number; stallSeconds: number };
  /** The stream ends when this signal is aborted. */
  stop: AbortSignal;
  /** Breaks the connection. The stream calls `disconnect` if the client does not take a frame within `stallSeconds`. */
  disconnect: () => void;
}

/** The stream tells its client to wait this many milliseconds before it reconnects. */
const reconnectMs = 1_000;

/**
 * Makes the frames of one event stream. A frame is a text that is sent: the start of the stream, an event or a
 * heartbeat. The next frame is made when the client has taken the previous one. So frames for a slow client do not pile
 * up in memory. The first frame has the id `startSeq`, so a client can resume the stream even before the first event.
 * If the feed throws, the connection breaks. The client can then resume the stream on a new connection.
 */
export async function* eventFrames(feed: EventFeed, stream: FrameOptions): AsyncGenerator<string> {
  const { incident, limits, stop } = stream;
  const stopped = new Promise<[]>((resolve) => stop.addEventListener('abort', () => resolve([])));
  let lastSeq = stream.startSeq;
  let lastFrameAt = Date.now();
  const send = async function* (frame: string): AsyncGenerator<string> {
    const stallTimer = setTimeout(stream.disconnect, limits.stallSeconds * 1000);
    try {
      yield frame;
    } finally {
      clearTimeout(stallTimer);
    }
    lastFrameAt = Date.now();
  };
  yield* send(`retry: ${reconnectMs}\nid: ${lastSeq}\n\n`);
  while (!stop.aborted) {
    for (const { seq, incident: recordIncident, frame } of await Promise.race([stopped, feed.eventsAfter(lastSeq)])) {
      lastSeq = seq;
      if (incident === undefined || recordIncident === incident) yield* send(frame);
      if (stop.aborted) return;
    }
    // A stream of one incident skips the records of other incidents. A heartbeat has the id of the last record that was
    // sent or skipped. So a client resumes after the skipped records.
    const heartbeatDue = Date.now() - lastFrameAt >= limits.heartbeatSeconds * 1000;
    if (heartbeatDue) yield* send(`: nothing new\nid: ${lastSeq}\n\n`);
  }
}
