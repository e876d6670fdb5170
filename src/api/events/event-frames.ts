import type { EventFeed } from './event-feed.ts';

interface FrameOptions {
  /** The stream begins after the record with this sequence number. */
  startSeq: number;
  /** If defined, the stream contains only the records of this incident. */
  incident: string | undefined;
  limits: { heartbeatSeconds: number; stallSeconds: number };
  /** Ends the stream. */
  stop: AbortSignal;
  /** Breaks the connection, when the reader has read nothing for `stallSeconds`. */
  disconnect: () => void;
}

/** A client that has lost the connection reconnects after this many milliseconds. */
const reconnectMs = 1_000;

/**
 * Makes the frames of one event stream. A frame is made only when the reader has read the frame before, so frames for a
 * slow reader do not pile up in memory. The first frame has the id `startSeq`, so a reader can resume even before the
 * first event. If the feed throws, the connection breaks; the reader then reconnects and resumes.
 */
export async function* eventFrames(feed: EventFeed, stream: FrameOptions): AsyncGenerator<string> {
  const { incident, limits, stop } = stream;
  const stopped = new Promise<[]>((resolve) => stop.addEventListener('abort', () => resolve([])));
  let lastSeq = stream.startSeq;
  let quietSince = Date.now();
  const send = async function* (frame: string): AsyncGenerator<string> {
    const stallTimer = setTimeout(stream.disconnect, limits.stallSeconds * 1000);
    try {
      yield frame;
    } finally {
      clearTimeout(stallTimer);
    }
    quietSince = Date.now();
  };
  yield* send(`retry: ${reconnectMs}\nid: ${lastSeq}\n\n`);
  while (!stop.aborted) {
    for (const { seq, incident: recordIncident, frame } of await Promise.race([stopped, feed.after(lastSeq)])) {
      lastSeq = seq;
      if (incident === undefined || recordIncident === incident) yield* send(frame);
      if (stop.aborted) return;
    }
    // A stream of one incident skips the records of other incidents. The id says how far the journal was read, so the
    // reader can resume after the skipped records.
    const quiet = Date.now() - quietSince >= limits.heartbeatSeconds * 1000;
    if (quiet) yield* send(`: nothing new\nid: ${lastSeq}\n\n`);
  }
}
