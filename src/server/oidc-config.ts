import { z } from 'zod';
import type { SignInTerms } from '../domain/approval/decision-token.ts';
import { stepUpTermsSchema } from '../domain/approval/step-up.ts';
import { endpoint } from '../platform/http/endpoint.ts';

const oidcFields = {
  issuer: z.url(),
  /** Longest time from a person's sign-in to the arrival of the decision token, in seconds. */
  maxSignInAge: z.int().positive().default(300),
  /**
   * For each tier: how a person must sign in to approve, as claims of the token. `acr`: one of these values. `amr`: all
   * of these values. `serve` writes the demand into dossiers, and commands ask the provider for it. The gateway checks
   * it. Give both processes the same values.
   */
  stepUp: z
    .strictObject({ low: stepUpTermsSchema, medium: stepUpTermsSchema, high: stepUpTermsSchema })
    .default({ low: {}, medium: {}, high: {} }),
};

/** The section `oidc` of `airlock serve`. */
export const serveOidc = endpoint('issuer', oidcFields);

/** The section `oidc` of `airlock gateway`. */
export const gatewayOidc = endpoint('issuer', {
  ...oidcFields,
  /**
   * `required`: a token must say what the provider showed at the sign-in (claim `authorization_details`). `optional`: a
   * token without this claim is accepted, so nobody vouches for the text that the person saw. A claim that differs from
   * the dossier, edit or request is refused in both cases.
   */
  authorizationDetails: z.enum(['required', 'optional']).default('optional'),
});

/** Returns the conditions for a sign-in. Workflows receive these conditions and need no other field of `oidc`. */
export function signInTerms({ issuer, maxSignInAge }: SignInTerms): SignInTerms {
  return { issuer, maxSignInAge };
}
