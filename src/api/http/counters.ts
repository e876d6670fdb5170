/** Counters of alerts and of refused HTTP requests since the process started. */
export interface Counters {
  /** Adds `by` to the counter with this name. */
  count(name: string, by?: number): void;
  /** Returns all counters, sorted by name. */
  read(): Record<string, number>;
}

/** Creates counters. A name must not come from a request, because each new name takes memory. */
export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    count(name, by = 1) {
      counts.set(name, (counts.get(name) ?? 0) + by);
    },
    read: () => Object.fromEntries([...counts].sort()),
  };
}
