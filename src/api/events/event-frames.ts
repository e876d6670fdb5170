import type { EventFeed } from './event-feed.ts';

interface FrameOptions {
  /** The stream begins after the record with this sequence number. */
  startSeq: number;
  /** If defined, the stream contains only the records of this incident. */
  incident: string | undefined;
  limits: { heartbeatSeconds: number; stallSeconds: number };
  /** Ends the stream. */
  stop: AbortSignal;
  /** Breaks the connection. Called when the reader has read nothing for `stallSeconds`. */
  disconnect: () => void;
}

/** A client that has lost the connection reconnects after this many milliseconds. */
const reconnectMs = 1_000;

/**
 * The frames of one stream. The next frame is made only when the reader has read the previous one, so a slow reader
 * needs no memory here. The first frame contains the id at which the stream begins, so that a reader can resume even
 * before its first event. If the journal cannot be read, the connection breaks, and the reader reconnects and resumes.
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
    // A stream of one incident skips the records of other incidents. The id says how far the journal was read, and the
    // reader can resume from there.
    const quiet = Date.now() - quietSince >= limits.heartbeatSeconds * 1000;
    if (quiet) yield* send(`: nothing new\nid: ${lastSeq}\n\n`);
  }
}
