import { digestOf, shortDigest } from '../../lib/digest.ts';

/** Id of an incident's root span: every process, also one that was restarted, derives the same one. */
export function rootSpanId(trace: string): string {
  return shortDigest(digestOf(['root span', trace]));
}

/** Id of a span that was read out of records: read again, it is the same span again. */
export function pastSpanId(trace: string, { name, start }: { name: string; start: string }): string {
  return shortDigest(digestOf(['past span', trace, name, start]));
}
