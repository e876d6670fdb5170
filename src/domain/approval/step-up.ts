import { z } from 'zod';
import { either } from '../../lib/either.ts';
import type { Tier } from '../policy/verdict.ts';
import type { Person, TokenClaims } from './decision-token.ts';

const values = z.array(z.string().regex(/^[\x21-\x7e]+$/, 'expected printable ASCII without spaces')).min(1);

/**
 * How a person must have signed in to approve (OpenID Connect Core 1.0, section 2, and RFC 9470). `acr`: the token must
 * have one of these values. `amr`: the token must have all of these values.
 */
export const stepUpTermsSchema = z.strictObject({ acr: values.optional(), amr: values.optional() });
export type StepUpTerms = z.infer<typeof stepUpTermsSchema>;

/** Returns the terms for people, such as `acr gold or silver` or `acr gold and amr pwd, otp`. */
export function describeStepUp({ acr, amr }: StepUpTerms): string {
  return [acr && `acr ${either(acr)}`, amr && `amr ${amr.join(', ')}`]
    .filter((part) => part !== undefined)
    .join(' and ');
}

/** For each tier: how a person must have signed in to approve a plan of this tier. */
export type StepUp = Readonly<Record<Tier, StepUpTerms>>;

/**
 * Checks how a person signed in for an approval.
 * @returns the reason why the approval does not count; undefined if the check passes.
 */
export function checkStepUp(
  { subject, acr, amr = [] }: Pick<Person, 'subject'> & Pick<TokenClaims, 'acr' | 'amr'>,
  tier: Tier,
  stepUp: StepUp,
): string | undefined {
  const demanded = stepUp[tier];
  const tooWeak = (claim: string, found: string, need: string): string =>
    `the approval by ${subject} does not count for tier ${tier}: the sign-in has ${claim} ${found}, and Airlock demands ${need}; sign in again in this way`;
  if (demanded.acr && !(acr !== undefined && demanded.acr.includes(acr)))
    return tooWeak('acr', acr ?? 'none', either(demanded.acr));
  const missing = (demanded.amr ?? []).filter((method) => !amr.includes(method));
  return missing.length > 0 ? tooWeak('amr', amr.join(', ') || 'none', `also ${missing.join(', ')}`) : undefined;
}
