/** Result of one stage or one test file. */
export interface Outcome {
  name: string;
  seconds: number;
  passed: number;
  failed: number;
  /** Skipped tests, each with its reason. */
  skipped: string[];
  /** Failures, ready to print. Empty if nothing failed. */
  problems: string[];
}

/** Adds outcomes up. */
export function total(outcomes: readonly Outcome[]): { passed: number; failed: number; skipped: number } {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of outcomes) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped.length;
  }
  return sum;
}

/** The last line on standard output. */
export function lastLine(outcomes: readonly Outcome[]): string {
  const { passed, failed, skipped } = total(outcomes);
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}

/** Runs something and measures its duration in seconds. */
export async function timed<T>(run: () => Promise<T>): Promise<T & { seconds: number }> {
  const start = performance.now();
  const result = await run();
  return { ...result, seconds: (performance.now() - start) / 1000 };
}
