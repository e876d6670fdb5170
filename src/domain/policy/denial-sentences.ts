import type { Verdict } from './verdict.ts';

/**
 * The reasons of a denial as sentences, without repetition. Two rules can state the same fact: a failed check has a
 * reason of its own, and the reason of an unsafe rehearsal repeats this reason. Therefore, a sentence is left out if
 * another sentence contains it.
 */
export function denialSentences({ reasons }: Pick<Verdict, 'reasons'>): string[] {
  const sentences = [...new Set(reasons.map(({ sentence }) => sentence))];
  return sentences.filter((one) => !sentences.some((other) => other !== one && other.includes(one)));
}
