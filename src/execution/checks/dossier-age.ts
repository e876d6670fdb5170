import type { AdmittedDecision } from '../../domain/approval/decision.ts';
import type { Facts } from './facts.ts';

/** How far governance's clock may be ahead of the gateway's, seconds. */
const clockSkewSeconds = 30;

/**
 * A signature is not good for longer than the gateway's own configuration allows, whatever expiry governance wrote.
 * @param counted the decisions that carry the execution.
 * @param longest seconds, of the tier that policy gives now.
 * @returns why it is too old, or made to last too long; empty when neither.
 */
export function outlived(
  { dossier, now, begun }: Facts,
  counted: readonly AdmittedDecision[],
  longest: number,
): string[] {
  const start = begun ? Date.parse(begun) : now.getTime();
  const created = Date.parse(dossier.createdAt);
  const lifetime = (Date.parse(dossier.expiresAt) - created) / 1000;
  const old = counted.filter(({ admittedAt }) => (start - Date.parse(admittedAt)) / 1000 > longest);
  return [
    ...(lifetime > longest ? [`the dossier lasts ${lifetime} s, ${longest} s is the longest allowed`] : []),
    ...(created > start + clockSkewSeconds * 1000 ? [`the dossier says it is made at ${dossier.createdAt}`] : []),
    ...old.map(({ subject }) => `${subject} decided longer than ${longest} s ago: ask for a new decision`),
  ];
}
