import type { PolicyInput } from './policy-input.ts';
import type { Verdict } from './verdict.ts';

/** The policy engine. */
export interface Policy {
  /** The verdict on a plan. @throws AirlockError if the engine does not answer; a missing answer is never an allow. */
  verdict(input: PolicyInput): Promise<Verdict>;
}
