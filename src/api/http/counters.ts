/** Counts by name since the process started: all that bad input leaves behind. */
export interface Counters {
  count(name: string, by?: number): void;
  read(): Record<string, number>;
}

/** Counters that start at nothing. Names come from the code, never from a caller. */
export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    count: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    read: () => Object.fromEntries([...counts].sort()),
  };
}
