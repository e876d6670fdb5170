import assert from 'node:assert/strict';
import { purposeOfDecision, type Decision, type Verb } from '../../src/domain/approval/decision.ts';
import { purposeOfEdit, type Edit } from '../../src/domain/approval/edit.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { TokenClaims, TokenPurpose } from '../../src/domain/approval/decision-token.ts';
import type { IncidentRequest } from '../../src/domain/approval/request.ts';
import { incidentOfRequest, purposeOfRequest, type RequestedChange } from '../../src/domain/approval/request.ts';
import { decideAlone } from '../decide-alone.ts';
import { digests } from './script.ts';

export const issuer = 'http://127.0.0.1/oidc';
export const signIn = { issuer, maxSignInAge: 300 };

/** The test's people and their groups. */
const people = { sam: ['sre'], lea: ['lead'], omar: ['owner'] };

/**
 * A decision whose token has the correct claims, except for `change`. Its signature is invalid: the gateway verifies
 * signatures, and the gateway is scripted in these tests.
 */
export function decision(
  who: keyof typeof people,
  verb: Verb = 'approve',
  { claims = {}, ...change }: Partial<Decision> & { claims?: object } = {},
): Decision {
  const base = { dossier: digests.dossier, verb, reason: `${who} says so`, ...change };
  const alone = { ...decideAlone(base), ...change };
  return { ...alone, token: change.token ?? tokenFor(purposeOfDecision(alone), who, claims) };
}

/** A request with such a token, and the incident that it opens. */
export function request(who: keyof typeof people, requested: RequestedChange): IncidentRequest {
  const content = { cluster: 'east', requested, reason: `${who} asks` };
  const token = tokenFor(purposeOfRequest(content), who);
  const own = incidentOfRequest('east', claimsOf(token));
  return { incident: { ...own, cluster: 'east', trace: 'trace-1' }, request: { ...content, token } };
}

/** An edit of a dossier with such a token, except for `change`. */
export function edit(who: keyof typeof people, to: number, change: Partial<Edit> = {}): Edit {
  const content = { dossier: digests.dossier, parameters: { to }, reason: `${who} edits`, ...change };
  return { ...content, token: change.token ?? tokenFor(purposeOfEdit(content), who) };
}

/** The claims of a token of this file. */
export function claimsOf(token: string): TokenClaims {
  return unverifiedClaims(token) ?? assert.fail('a claim is missing');
}

let tokens = 0;

function tokenFor({ clientId, nonce }: TokenPurpose, who: keyof typeof people, claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const all = {
    iss: issuer,
    sub: who,
    aud: clientId,
    groups: people[who],
    iat: now,
    exp: now + 300,
    auth_time: now,
    nonce,
    // Each token is from another sign-in, also within one second.
    sid: String(++tokens),
    ...claims,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: 'k1' })}.${part(all)}.c2ln`;
}
