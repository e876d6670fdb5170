/** The events of a rehearsal with their times, in seconds since the start of the runner. */
export interface Timeline {
  /** Adds an event at the present time. */
  add(event: string): void;
  /** The seconds since the start of the runner, and the events (at most 1,000). */
  record(): { seconds: number; timeline: { seconds: number; event: string }[] };
}

/** Creates an empty timeline. Its `add` also writes the event to standard error. */
export function createTimeline(): Timeline {
  const timeline: { seconds: number; event: string }[] = [];
  const seconds = (): number => Math.round(performance.now()) / 1000;
  return {
    add(event) {
      timeline.push({ seconds: seconds(), event });
      // If the rehearsal times out, the launcher's error quotes these lines.
      process.stderr.write(`${seconds()} s: ${event}\n`);
    },
    record: () => ({ seconds: seconds(), timeline: timeline.slice(0, 1000) }),
  };
}
