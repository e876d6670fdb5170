import { checkApprover } from '../../domain/approval/approval.ts';
import { sameAdmission, type Admission } from '../../domain/approval/admission.ts';
import {
  checkOwnSignIn,
  purposeOfDecision,
  type AdmittedDecision,
  type DecisionAnswer,
  type IncidentDecision,
  type ListedDecision,
  type Verb,
} from '../../domain/approval/decision.ts';
import { detailOfDecision } from '../../domain/approval/authorization-details.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { checkStepUp, type StepUp } from '../../domain/approval/step-up.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import { checkSignInTime, type Refusal } from '../../domain/approval/sign-in.ts';
import { digestOfToken, type TokenClaims } from '../../domain/approval/decision-token.ts';
import { appendRecord, causeOf } from '../append-record.ts';
import type { Admissions, VerifiedSubmission } from './admissions.ts';
import { loadOpenDossier } from './open-dossier.ts';
import { useSignIn, type SignInDeps } from './use-sign-in.ts';
import { verifyToken, type AdmitTokenDeps } from './verify-token.ts';
import { requestersOf } from './requesters.ts';

/** What `admitDecision` needs from outside. */
export interface AdmitDecisionDeps extends AdmitTokenDeps, SignInDeps {
  admissions: Admissions;
  blobs: Blobs;
  /** For each tier: how a person must have signed in to approve. */
  stepUp: StepUp;
  journal: Journal;
  clock: () => Date;
}

/**
 * Admits a decision that arrives, or refuses the decision with a reason. The approval of a requester is refused, and so
 * is a decision whose sign-in was used for another nonce. If an admitted decision arrives again, also with another token
 * of the same sign-in, the answer is the same, and the decision counts once.
 * @throws AirlockError (retry) if the OIDC issuer, the blob store, Vault or the journal does not answer; the errors of
 * `Admissions`, for example `archive-corrupt`, and of `useSignIn`.
 */
export async function admitDecision(deps: AdmitDecisionDeps, input: IncidentDecision): Promise<DecisionAnswer> {
  const { token, ...content } = input.decision;
  const { incident, trace } = input;
  const admissions = await deps.admissions.of({ incident, trace });
  const earlier = sameAdmission(admissions, { kind: 'decision', content }, token);
  if (earlier) return { admitted: answerOf(content, earlier) };
  const judged = await judge(deps, input, admissions);
  if ('refused' in judged) {
    const { dossier, verb } = content;
    const message = `${verb === 'approve' ? 'approval' : 'denial'} of dossier ${dossier} refused: ${judged.refused}`;
    const body = { dossier, verb, token: digestOfToken(token), ...causeOf(judged) };
    await appendRecord(deps.journal, 'decision.refused', input, { message, body });
    return judged;
  }
  return { admitted: answerOf(content, await deps.admissions.add({ incident, trace }, judged)) };
}

async function judge(
  deps: AdmitDecisionDeps,
  { incident, decision }: IncidentDecision,
  admissions: readonly Admission[],
): Promise<VerifiedSubmission | Refusal> {
  const { token, ...content } = decision;
  const now = deps.clock();
  const dossier = await loadOpenDossier(deps.blobs, { incident, dossier: content.dossier, now, admissions });
  if ('refused' in dossier) return dossier;
  const shared = checkOwnSignIn(dossier.verdict, content.list);
  if (shared) return { refused: shared };
  const detail = detailOfDecision(content, dossier);
  const verified = await verifyToken(deps, purposeOfDecision(content), { token, now, detail });
  if ('refused' in verified) return verified;
  const { iss: issuer, sub: subject, groups } = verified.claims;
  const refusal =
    checkSignInTime(verified.claims, dossier.createdAt) ??
    checkApprover({ ...content, issuer, subject, groups }, requestersOf(dossier, admissions)) ??
    stepUpRefusal(deps, content.verb, { dossier, claims: verified.claims });
  if (refusal) return { refused: refusal };
  const used = await useSignIn(deps, verified.claims);
  if (used) return used;
  return { kind: 'decision', content, token, ...verified, admittedAt: now.toISOString() };
}

/** Checks how the approver signed in, for the tier of the dossier's verdict. A denial needs no step-up. */
function stepUpRefusal(
  { stepUp }: AdmitDecisionDeps,
  verb: Verb,
  { dossier: { verdict }, claims }: { dossier: Dossier; claims: TokenClaims },
): string | undefined {
  return verb === 'approve' && verdict.allowed
    ? checkStepUp({ ...claims, subject: claims.sub }, verdict.tier, stepUp)
    : undefined;
}

function answerOf(
  { dossier, verb, reason }: ListedDecision,
  { issuer, subject, groups, admittedAt }: Admission,
): AdmittedDecision {
  return { dossier, verb, reason, issuer, subject, groups, admittedAt };
}
