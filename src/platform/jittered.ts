/**
 * A pause of at least `ms`, longer by a random part of `fraction` of it: processes that wait for the same event then do
 * not ask again at the same moment.
 */
export function jittered(ms: number, fraction: number): number {
  return ms * (1 + fraction * Math.random());
}
