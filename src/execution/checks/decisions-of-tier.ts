import type { RecordedDecision } from '../../domain/approval/admission.ts';
import { checkStepUp, type StepUp } from '../../domain/approval/step-up.ts';
import type { Tier } from '../../domain/policy/verdict.ts';

/**
 * Returns the decisions that count for a plan of this tier: all denials, and the approvals whose sign-in was strong
 * enough and, for tier high, for this dossier alone. The tier can be higher than the tier for which an approval was
 * admitted, because policy can raise the tier of a plan at any time.
 * @returns also `refusals`: one sentence for each approval that does not count.
 */
export function decisionsOfTier(
  decisions: readonly RecordedDecision[],
  tier: Tier,
  stepUp: StepUp,
): { counted: RecordedDecision[]; refusals: string[] } {
  const refusalOf = (decision: RecordedDecision): string | undefined => {
    if (decision.verb === 'deny') return undefined;
    return checkListed(decision, tier) ?? checkStepUp(decision, tier, stepUp);
  };
  return {
    counted: decisions.filter((decision) => refusalOf(decision) === undefined),
    refusals: decisions.map(refusalOf).filter((refusal) => refusal !== undefined),
  };
}

function checkListed({ subject, listed }: RecordedDecision, tier: Tier): string | undefined {
  if (tier !== 'high' || listed === 1) return undefined;
  return `the approval by ${subject} does not count for tier high: the sign-in was for ${listed} dossiers; approve this dossier alone`;
}
