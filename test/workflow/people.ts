import { decisionClientId, decisionNonce, type Decision, type Verb } from '../../src/domain/decision.ts';
import { digests } from './script.ts';

export const issuer = 'http://127.0.0.1/oidc';
export const proofs = { issuer, maxSignInAge: 300 };

/** Groups of the test's people. */
const people = { sam: ['sre'], lea: ['lead'], omar: ['owner'] };

/**
 * A decision whose proof says the right things about itself, but for `change`. Its signature is nonsense: that is the
 * gateway's to notice, and these tests are about everything else.
 */
export function decision(
  who: keyof typeof people,
  verb: Verb = 'approve',
  { claims = {}, ...change }: Partial<Decision> & { claims?: object } = {},
): Decision {
  const now = Math.floor(Date.now() / 1000);
  const base = { dossier: digests.dossier, verb, reason: `${who} says so`, ...change };
  const stated = {
    ...{ iss: issuer, sub: who, aud: decisionClientId, groups: people[who], iat: now, exp: now + 300, auth_time: now },
    nonce: decisionNonce(base.dossier, base.verb, base.reason),
    ...claims,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return { ...base, proof: change.proof ?? `${part({ alg: 'RS256' })}.${part(stated)}.c2ln` };
}
