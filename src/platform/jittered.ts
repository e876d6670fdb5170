/**
 * Returns the delay `ms`, lengthened at random by at most `fraction` (0.2 means 20 %). Several processes that wait for the
 * same event then retry at different moments.
 */
export function jittered(ms: number, fraction: number): number {
  return ms * (1 + fraction * Math.random());
}
