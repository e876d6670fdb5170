import type { EventFeed } from './event-feed.ts';

export interface FramesOf {
  /** The stream begins after this record. */
  from: number;
  /** Only records of this incident. */
  incident: string | undefined;
  terms: { heartbeatSeconds: number; stallSeconds: number };
  /** Ends the stream. */
  stop: AbortSignal;
  /** Called where the reader takes nothing for too long. */
  cut: () => void;
}

/** How soon whoever lost the connection should come back, milliseconds. */
const comeBackMs = 1_000;

/**
 * What one stream sends, one event at a time: the next is made only when the last was taken, so that a slow reader
 * costs no memory. The first lines tell where the stream begins, so that also who has seen nothing can resume.
 * @throws whatever the journal throws: the connection breaks, and the reader resumes.
 */
export async function* eventFrames(feed: EventFeed, stream: FramesOf): AsyncGenerator<string> {
  const { incident, terms, stop } = stream;
  const stopped = new Promise<[]>((resolve) => stop.addEventListener('abort', () => resolve([])));
  let at = stream.from;
  let quietSince = Date.now();
  const send = async function* (frame: string): AsyncGenerator<string> {
    const stalls = setTimeout(stream.cut, terms.stallSeconds * 1000);
    try {
      yield frame;
    } finally {
      clearTimeout(stalls);
    }
    quietSince = Date.now();
  };
  yield* send(`retry: ${comeBackMs}\nid: ${at}\n\n`);
  while (!stop.aborted) {
    for (const { seq, incident: of, frame } of await Promise.race([stopped, feed.after(at)])) {
      at = seq;
      if (incident === undefined || of === incident) yield* send(frame);
      if (stop.aborted) return;
    }
    // The id tells a reader of one incident's records how far the journal has been read for it.
    const quiet = Date.now() - quietSince >= terms.heartbeatSeconds * 1000;
    if (quiet) yield* send(`: nothing new\nid: ${at}\n\n`);
  }
}
