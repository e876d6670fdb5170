/**
 * A delay of `ms`, lengthened at random by up to `fraction` of it, so that processes which wait for the same event do not
 * retry at the same moment.
 */
export function jittered(ms: number, fraction: number): number {
  return ms * (1 + fraction * Math.random());
}
