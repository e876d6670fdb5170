import type { EventFeed } from './event-feed.ts';

interface FrameOptions {
  /** The stream begins after this record. */
  from: number;
  /** Only records of this incident. */
  incident: string | undefined;
  limits: { heartbeatSeconds: number; stallSeconds: number };
  /** Ends the stream. */
  stop: AbortSignal;
  /** Breaks the connection; called when the reader takes nothing for `stallSeconds`. */
  disconnect: () => void;
}

/** Milliseconds until a client reconnects after it lost the connection. */
const reconnectMs = 1_000;

/**
 * The frames of one stream. The next frame is made only when the reader has taken the last one, so that a slow reader
 * costs no memory. The first frame carries the id at which the stream begins, so that a reader can resume before its first
 * event. Errors of the journal break the connection, and the reader resumes.
 */
export async function* eventFrames(feed: EventFeed, stream: FrameOptions): AsyncGenerator<string> {
  const { incident, limits, stop } = stream;
  const stopped = new Promise<[]>((resolve) => stop.addEventListener('abort', () => resolve([])));
  let at = stream.from;
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
  yield* send(`retry: ${reconnectMs}\nid: ${at}\n\n`);
  while (!stop.aborted) {
    for (const { seq, incident: of, frame } of await Promise.race([stopped, feed.after(at)])) {
      at = seq;
      if (incident === undefined || of === incident) yield* send(frame);
      if (stop.aborted) return;
    }
    // The id tells a reader of one incident up to which record the journal has been read for it.
    const quiet = Date.now() - quietSince >= limits.heartbeatSeconds * 1000;
    if (quiet) yield* send(`: nothing new\nid: ${at}\n\n`);
  }
}
