/**
 * Named counters of events since the process started. Refused requests are counted and logged; the journal gets no
 * record of them.
 */
export interface Counters {
  /** Adds to a counter, 1 by default. */
  count(name: string, by?: number): void;
  read(): Record<string, number>;
}

/** Creates counters. Names come from the code and never from a request, so their number is limited. */
export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    count(name, by = 1) {
      counts.set(name, (counts.get(name) ?? 0) + by);
    },
    read: () => Object.fromEntries([...counts].sort()),
  };
}
