/** What happened in a rehearsal, with times in seconds since the start of the runner (the rehearsal's process). */
export interface Timeline {
  /** Adds an event that happens now. */
  add(event: string): void;
  /** Returns the seconds since the start of the runner, and the first 1,000 events. */
  record(): { seconds: number; timeline: { seconds: number; event: string }[] };
}

/** Creates an empty timeline. `add` also writes each event to standard error. */
export function createTimeline(): Timeline {
  const timeline: { seconds: number; event: string }[] = [];
  const seconds = (): number => Math.round(performance.now()) / 1000;
  return {
    add(event) {
      timeline.push({ seconds: seconds(), event });
      // If the rehearsal fails or times out, the error of the launcher contains these lines.
      process.stderr.write(`${seconds()} s: ${event}\n`);
    },
    record: () => ({ seconds: seconds(), timeline: timeline.slice(0, 1000) }),
  };
}
