/** Counts by name since the process started. Refused input leaves nothing else behind. */
export interface Counters {
  count(name: string, by?: number): void;
  read(): Record<string, number>;
}

/** Makes counters. Names come from the code, never from a caller, so their number is bounded. */
export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    count(name, by = 1) {
      counts.set(name, (counts.get(name) ?? 0) + by);
    },
    read: () => Object.fromEntries([...counts].sort()),
  };
}
