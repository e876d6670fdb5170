import type { Decision, ListedDecision } from '../src/domain/approval/decision.ts';

/** A decision with a sign-in of its own, without its token: its list has one entry. */
export function decideAlone({ dossier, verb, reason }: ListedDecision): Omit<Decision, 'token'> {
  return { dossier, verb, reason, list: [{ dossier, verb, reason }] };
}
