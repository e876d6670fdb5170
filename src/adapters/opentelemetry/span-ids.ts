import { digestOf, shortDigest } from '../../lib/digest.ts';

/**
 * Returns the id of an incident's root span. Every process derives the same id from the trace id, even after a restart.
 */
export function rootSpanId(trace: string): string {
  return shortDigest(digestOf(['root span', trace]));
}

/**
 * Returns the id of a span whose times come from the journal. A span that is recorded twice gets the same id twice, so
 * the trace contains only one span.
 */
export function pastSpanId(trace: string, { name, start }: { name: string; start: string }): string {
  return shortDigest(digestOf(['past span', trace, name, start]));
}
