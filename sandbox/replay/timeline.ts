/** When what happened, in seconds since the runner was started. */
export interface Timeline {
  note(event: string): void;
  record(): { seconds: number; timeline: { seconds: number; event: string }[] };
}

/** An empty time line. */
export function createTimeline(): Timeline {
  const timeline: { seconds: number; event: string }[] = [];
  const seconds = (): number => Math.round(performance.now()) / 1000;
  return {
    note(event) {
      timeline.push({ seconds: seconds(), event });
      process.stderr.write(`${seconds()} s: ${event}\n`); // where it got to, for whoever has to stop it
    },
    record: () => ({ seconds: seconds(), timeline: timeline.slice(0, 1000) }),
  };
}
