import { proofOfDecision, type Decision, type Verb } from '../../src/domain/approval/decision.ts';
import { proofOfEdit, type Edit } from '../../src/domain/approval/edit.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { ProofOf } from '../../src/domain/approval/decision-token.ts';
import type { RequestOn } from '../../src/domain/ports.ts';
import { incidentOfRequest, proofOfRequest, type Wanted } from '../../src/domain/approval/request.ts';
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
  const base = { dossier: digests.dossier, verb, reason: `${who} says so`, ...change };
  return { ...base, proof: change.proof ?? proofOf(proofOfDecision(base), who, claims) };
}

/** A request, with a proof of the same kind, and the incident that is its own. */
export function request(who: keyof typeof people, wanted: Wanted): RequestOn {
  const asked = { cluster: 'east', wanted, reason: `${who} asks` };
  const proof = proofOf(proofOfRequest(asked), who);
  const { iat } = unverifiedClaims(proof) ?? { iat: 0 };
  const own = incidentOfRequest({ cluster: 'east', proof }, { iat });
  return { incident: { ...own, cluster: 'east', trace: 'trace-1' }, request: { ...asked, proof } };
}

/** An edit of a dossier, with a proof of the same kind, but for `change`. */
export function edit(who: keyof typeof people, to: number, change: Partial<Edit> = {}): Edit {
  const asked = { dossier: digests.dossier, parameters: { to }, reason: `${who} edits`, ...change };
  return { ...asked, proof: change.proof ?? proofOf(proofOfEdit(asked), who) };
}

let tokens = 0;

function proofOf({ clientId, nonce }: ProofOf, who: keyof typeof people, claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const stated = {
    ...{ iss: issuer, sub: who, aud: clientId, groups: people[who], iat: now, exp: now + 300, auth_time: now, nonce },
    ...claims,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: String(++tokens) })}.${part(stated)}.c2ln`;
}
