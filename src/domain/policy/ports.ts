import type { PolicyInput } from './policy-input.ts';
import type { Verdict } from './verdict.ts';

/** Asks the policy engine. It throws an error if it gets no answer; it never treats that as an allow. */
export interface Policy {
  verdict(input: PolicyInput): Promise<Verdict>;
}
