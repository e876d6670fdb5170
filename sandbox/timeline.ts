/** When what happened, in seconds since the rehearsal began. */
export interface Timeline {
  note(event: string): void;
  record(): { seconds: number; timeline: { seconds: number; event: string }[] };
}

/** Starts the clock. */
export function startTimeline(): Timeline {
  const begun = performance.now();
  const timeline: { seconds: number; event: string }[] = [];
  const seconds = (): number => Math.round(performance.now() - begun) / 1000;
  return {
    note(event) {
      timeline.push({ seconds: seconds(), event });
      process.stderr.write(`${seconds()} s: ${event}\n`); // where it got to, for whoever has to stop it
    },
    record: () => ({ seconds: seconds(), timeline: timeline.slice(0, 1000) }),
  };
}
