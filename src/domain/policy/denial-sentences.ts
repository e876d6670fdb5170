import type { Verdict } from './verdict.ts';

/**
 * Returns the reasons of a denial as sentences, without repetition. Two rules can state the same fact: one names a
 * failed check, and another says that the rehearsal is unsafe and repeats the sentence of the check. A sentence is
 * therefore left out if a longer sentence contains it.
 */
export function denialSentences({ reasons }: Pick<Verdict, 'reasons'>): string[] {
  const sentences = [...new Set(reasons.map(({ sentence }) => sentence))];
  return sentences.filter((one) => !sentences.some((other) => other !== one && other.includes(one)));
}
