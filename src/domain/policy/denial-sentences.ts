import type { Verdict } from './verdict.ts';

/**
 * Returns the sentences of the reasons of a denial. Equal sentences are returned once. A sentence that is a part of a
 * longer sentence is left out. For example, a failed check can be the reason `no node for 2 pods`, and then also a part
 * of the reason `the rehearsal is unsafe: no node for 2 pods`. Only the longer reason is returned.
 */
export function denialSentences({ reasons }: Pick<Verdict, 'reasons'>): string[] {
  const sentences = [...new Set(reasons.map(({ sentence }) => sentence))];
  return sentences.filter((one) => !sentences.some((other) => other !== one && other.includes(one)));
}
