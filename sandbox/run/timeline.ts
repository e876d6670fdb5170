/** The events of a rehearsal with their times, in seconds since the start of the runner. */
export interface Timeline {
  /** Adds an event at the present time. */
  add(event: string): void;
  /** The duration until now, and the events. */
  record(): { seconds: number; timeline: { seconds: number; event: string }[] };
}

/** Creates an empty timeline. It also writes each event to standard error. */
export function createTimeline(): Timeline {
  const timeline: { seconds: number; event: string }[] = [];
  const seconds = (): number => Math.round(performance.now()) / 1000;
  return {
    add(event) {
      timeline.push({ seconds: seconds(), event });
      process.stderr.write(`${seconds()} s: ${event}\n`); // after a timeout, the error of the launcher quotes these lines
    },
    record: () => ({ seconds: seconds(), timeline: timeline.slice(0, 1000) }),
  };
}
