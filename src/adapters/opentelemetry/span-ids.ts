import { digestOf, shortDigest } from '../../lib/digest.ts';

/**
 * Returns the id of an incident's root span. The id depends only on the trace id, so every process knows the id without
 * asking another process.
 */
export function rootSpanId(trace: string): string {
  return shortDigest(digestOf(['root span', trace]));
}

/**
 * Returns the id of a span that has already ended. If a process records the span twice, both records have the same id.
 * So a tracing backend can recognise them as one span.
 */
export function pastSpanId(trace: string, { name, start }: { name: string; start: string }): string {
  return shortDigest(digestOf(['past span', trace, name, start]));
}
