import type { PolicyInput } from './policy-input.ts';
import type { Verdict } from './verdict.ts';

/** The policy engine. */
export interface Policy {
  /** Returns the verdict on a plan. @throws AirlockError if the engine does not answer, so the plan is not allowed. */
  verdict(input: PolicyInput): Promise<Verdict>;
}
