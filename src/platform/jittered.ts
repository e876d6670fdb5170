/**
 * Returns the delay `ms`, lengthened at random by at most `fraction` (0.2 means 20 %), so that processes which wait for
 * the same event do not retry at the same moment.
 */
export function jittered(ms: number, fraction: number): number {
  return ms * (1 + fraction * Math.random());
}
