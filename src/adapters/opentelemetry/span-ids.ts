import { digestOf, shortDigest } from '../../lib/digest.ts';

/** Id of an incident's root span. Every process derives the same id, also after a restart. */
export function rootSpanId(trace: string): string {
  return shortDigest(digestOf(['root span', trace]));
}

/** Id of a span whose times come from records. Recording it again gives the same id, so it stays one span. */
export function pastSpanId(trace: string, { name, start }: { name: string; start: string }): string {
  return shortDigest(digestOf(['past span', trace, name, start]));
}
