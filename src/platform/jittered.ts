/**
 * Lengthens a delay of `ms` milliseconds at random, by at most `fraction` (0.2 means 20 %). The delays of several
 * processes then do not end at the same moment.
 */
export function jittered(ms: number, fraction: number): number {
  return ms * (1 + fraction * Math.random());
}
