import { decisionContentSchema, purposeOfDecision, type AdmittedDecision, type Decision } from './decision.ts';
import type { Person, TokenClaims, TokenPurpose } from './decision-token.ts';
import { editSchema, purposeOfEdit, type Edit } from './edit.ts';
import { nameOfRequestedChange, purposeOfRequest, requestSchema, type Request } from './request.ts';
import type { NewRecord } from '../journal/journal.ts';
import { sameJson } from '../../lib/json/json.ts';
import type { Digest } from '../../lib/digest.ts';
import { signInId } from './sign-in.ts';
import { unverifiedClaims } from './token-claims.ts';

/** What a person submitted, without the token. */
export type Submission =
  | { kind: 'decision'; content: Omit<Decision, 'token'> }
  | { kind: 'request'; content: Request }
  | { kind: 'edit'; content: Omit<Edit, 'token'> };

/** For each kind of submission: the schema of its content. */
export const submissionSchemas = {
  decision: decisionContentSchema,
  request: requestSchema,
  edit: editSchema.omit({ token: true }),
};

/** How the person signed in. */
type SignInMethod = Pick<TokenClaims, 'acr' | 'amr'>;

/**
 * A decision, request or edit that the gateway admitted. `issuer`, `subject` and `groups` are the token's claims.
 * `issuer` and `subject` identify the person.
 */
export type Admission = Submission &
  Person &
  SignInMethod & {
    groups: string[];
    /** Digest of the token (`digestOfToken`). */
    token: Digest;
    /** The sign-in of the token (`signInId`). */
    signIn: Digest;
    /** ISO 8601, by the gateway's clock. */
    admittedAt: string;
  };

/** Returns the audience and nonce that the token of a submission must have. */
export function purposeOfSubmission({ kind, content }: Submission): TokenPurpose {
  switch (kind) {
    case 'decision':
      return purposeOfDecision(content);
    case 'request':
      return purposeOfRequest(content);
    case 'edit':
      return purposeOfEdit(content);
  }
}

/** For each kind of admission: the kind of the journal record with which the gateway records it. */
export const recordKindOf = {
  decision: 'decision.admitted',
  request: 'request.admitted',
  edit: 'dossier.invalidated',
} as const;

/** Returns the journal record of an admission, without incident and trace. The record contains no token. */
export function recordOfAdmission(admission: Admission): Pick<NewRecord, 'kind' | 'message' | 'body'> {
  const { kind, content, issuer, subject, groups, token } = admission;
  const body = { ...content, issuer, subject, groups, token };
  return { kind: recordKindOf[kind], message: messageOf(admission), body };
}

function messageOf({ kind, content, subject, groups }: Admission): string {
  switch (kind) {
    case 'decision':
      return `${content.verb === 'approve' ? 'approved' : 'denied'} by ${subject} (${groups.join(', ') || 'no groups'}): ${content.reason}`;
    case 'request':
      return `${nameOfRequestedChange(content.requested)} requested by ${subject}: ${content.reason}`;
    case 'edit': {
      const assignments = Object.entries(content.parameters).map(([name, value]) => `${name}=${value}`);
      return `dossier ${content.dossier} is invalidated: ${subject} set ${assignments.join(', ')}; reason: ${content.reason}`;
    }
  }
}

/**
 * Returns the admission with the same content, after the same sign-in, if there is one. A provider can issue several
 * tokens for one sign-in and nonce, so the digest of the token is not compared. Does not verify the token: the caller
 * may repeat the answer to the admission, but must not admit anything.
 */
export function sameAdmission(
  admissions: readonly Admission[],
  submission: Submission,
  token: string,
): Admission | undefined {
  const claims = unverifiedClaims(token);
  if (claims?.nonce !== purposeOfSubmission(submission).nonce) return undefined;
  const { kind, content } = submission;
  const signIn = signInId(claims);
  return admissions.find((one) => one.kind === kind && one.signIn === signIn && sameJson(one.content, content));
}

/** An admitted decision, and how the person signed in. `listed`: how many dossiers the sign-in was for. */
export type RecordedDecision = AdmittedDecision & SignInMethod & { listed: number };

/** Returns the admitted decisions on one dossier. */
export function decisionsOn(admissions: readonly Admission[], dossier: Digest): RecordedDecision[] {
  return admissions.flatMap(({ kind, content, issuer, subject, groups, admittedAt, acr, amr }) => {
    if (kind !== 'decision' || content.dossier !== dossier) return [];
    const { verb, reason, list } = content;
    return [{ dossier, verb, reason, issuer, subject, groups, admittedAt, acr, amr, listed: list.length }];
  });
}

/** Returns the admitted edit that invalidated a dossier, if there is one. */
export function editOf(admissions: readonly Admission[], dossier: Digest): Admission | undefined {
  return admissions.find(({ kind, content }) => kind === 'edit' && content.dossier === dossier);
}

/** Returns the people who made an admitted request or edit. */
export function requestersIn(admissions: readonly Admission[]): Person[] {
  return admissions.filter(({ kind }) => kind !== 'decision').map(({ issuer, subject }) => ({ issuer, subject }));
}
