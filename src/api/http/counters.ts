/** Named counters of alerts and of refused HTTP requests since the process started. */
export interface Counters {
  /** Adds to a counter, 1 by default. */
  count(name: string, by?: number): void;
  /** Returns the counters by name, sorted. */
  read(): Record<string, number>;
}

/** Creates counters. Names come from the code and never from a request, so the number of counters is limited. */
export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    count(name, by = 1) {
      counts.set(name, (counts.get(name) ?? 0) + by);
    },
    read: () => Object.fromEntries([...counts].sort()),
  };
}
