import type { AdmittedDecision } from '../../domain/approval/decision.ts';
import type { ExecutionContext } from './execution-context.ts';

/** How far governance's clock may be ahead of the gateway's, seconds. */
const clockSkewSeconds = 30;

/**
 * Limits the age of approvals and the lifetime of dossiers to the gateway's own configuration. A compromised governance
 * process could write any expiry.
 * @param counted the decisions that approve the execution.
 * @param longest seconds, for the tier that policy gives now.
 * @returns what is too old or lasts too long; empty when nothing does.
 */
export function tooOld(
  { dossier, now, startedAt }: ExecutionContext,
  counted: readonly AdmittedDecision[],
  longest: number,
): string[] {
  const start = startedAt ? Date.parse(startedAt) : now.getTime();
  const created = Date.parse(dossier.createdAt);
  const lifetime = (Date.parse(dossier.expiresAt) - created) / 1000;
  const old = counted.filter(({ admittedAt }) => (start - Date.parse(admittedAt)) / 1000 > longest);
  return [
    ...(lifetime > longest ? [`the dossier is valid for ${lifetime} s, but at most ${longest} s are allowed`] : []),
    ...(created > start + clockSkewSeconds * 1000 ? [`the dossier is dated in the future: ${dossier.createdAt}`] : []),
    ...old.map(({ subject }) => `${subject} decided more than ${longest} s ago: ask for a new decision`),
  ];
}
