import type { PolicyInput } from './policy-input.ts';
import type { Verdict } from './verdict.ts';

/** The policy engine. */
export interface Policy {
  /** Returns the verdict on a plan. @throws AirlockError if the engine gives no valid answer. */
  verdict(input: PolicyInput): Promise<Verdict>;
}
