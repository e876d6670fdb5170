import type { ApproverGroups } from '../../domain/policy/verdict-floor.ts';
import { checkEdit } from '../../actions/check-edit.ts';
import { editOf, sameAdmission, type Admission } from '../../domain/approval/admission.ts';
import { detailOfEdit } from '../../domain/approval/authorization-details.ts';
import { withoutGroups } from '../../domain/approval/approval.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import {
  purposeOfEdit,
  type AdmittedEdit,
  type Edit,
  type EditAnswer,
  type IncidentEdit,
} from '../../domain/approval/edit.ts';
import { executionId } from '../../domain/names.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import { loadOpenDossier } from './open-dossier.ts';
import { checkSignInTime, type Refusal } from '../../domain/approval/sign-in.ts';
import { digestOfToken } from '../../domain/approval/decision-token.ts';
import { appendRecord, causeOf } from '../append-record.ts';
import type { ExecutionLock, Ledger } from '../ledger-ports.ts';
import { reportingAttacks } from '../reconcile.ts';
import type { Admissions, VerifiedSubmission } from './admissions.ts';
import { useSignIn, type SignInDeps } from './use-sign-in.ts';
import { verifyToken, type AdmitTokenDeps } from './verify-token.ts';
import { invalidatedBy } from './requesters.ts';

/** What `admitEdit` needs from outside. */
export interface AdmitEditDeps extends AdmitTokenDeps, SignInDeps {
  admissions: Admissions;
  blobs: Blobs;
  journal: Journal;
  ledger: Pick<Ledger, 'lock'>;
  /** For each tier: the groups whose approvals can count, from the gateway's own configuration. */
  approverGroups: ApproverGroups;
  clock: () => Date;
}

/**
 * Admits an edit that arrives, or refuses the edit with a reason. An admitted edit invalidates its dossier, even an
 * approved dossier. If an admitted edit arrives again, also with another token of the same sign-in, the answer is the
 * same. The gateway admits the edit under the lock of the dossier's execution, so the execution cannot start at the same
 * time.
 * @throws AirlockError (retry) if the lock cannot be acquired, or if the OIDC issuer, the blob store, Vault, the ledger
 * or the journal does not answer; `ledger-corrupt`; the errors of `Admissions`, for example `archive-corrupt`, and of
 * `useSignIn`.
 */
export async function admitEdit(deps: AdmitEditDeps, input: IncidentEdit): Promise<EditAnswer> {
  const { incident, trace, edit } = input;
  const admissions = await deps.admissions.of({ incident, trace });
  const earlier = answerIfAdmitted(admissions, edit);
  if (earlier) return earlier;
  const judged = await judge(deps, input, admissions);
  if ('refused' in judged) return refuse(deps, input, judged);
  const execution = executionId(edit.dossier, 'do');
  return reportingAttacks(deps, { execution, incident, trace }, () => admitLocked(deps, input, judged));
}

/** Admits the edit under the lock of the dossier's execution, unless the edit is too late. */
async function admitLocked(deps: AdmitEditDeps, input: IncidentEdit, judged: VerifiedSubmission): Promise<EditAnswer> {
  const { incident, trace, edit } = input;
  await using lock = await deps.ledger.lock(executionId(edit.dossier, 'do'));
  const answer = await answerIfTooLate(deps, input, lock);
  if (answer) return 'refused' in answer ? refuse(deps, input, answer) : answer;
  // After everything else, because a refused edit must not use up the sign-in.
  const used = await useSignIn(deps, judged.claims);
  if (used) return refuse(deps, input, used);
  await lock.assertHeld();
  return { admitted: answerOf(edit, await deps.admissions.add({ incident, trace }, judged)) };
}

/** Returns the answer to an edit that the gateway has already admitted; undefined for any other edit. */
function answerIfAdmitted(admissions: readonly Admission[], edit: Edit): EditAnswer | undefined {
  const { token, ...content } = edit;
  const earlier = sameAdmission(admissions, { kind: 'edit', content }, token);
  return earlier && { admitted: answerOf(edit, earlier) };
}

/**
 * Checks under the lock whether the dossier's execution has started, or whether an edit of the dossier was admitted.
 * @returns the answer to an edit that is too late; undefined if the edit is in time.
 */
async function answerIfTooLate(
  deps: AdmitEditDeps,
  { incident, trace, edit }: IncidentEdit,
  { earlier }: ExecutionLock,
): Promise<EditAnswer | undefined> {
  if (earlier) return { refused: 'the execution of the dossier has already started' };
  const admissions = await deps.admissions.of({ incident, trace });
  const admittedEdit = editOf(admissions, edit.dossier);
  return admittedEdit && (answerIfAdmitted(admissions, edit) ?? { refused: invalidatedBy(admittedEdit) });
}

async function refuse(deps: AdmitEditDeps, input: IncidentEdit, refusal: Refusal): Promise<EditAnswer> {
  const { dossier, parameters, reason, token } = input.edit;
  const message = `edit of dossier ${dossier} refused: ${refusal.refused}`;
  const body = { dossier, parameters, reason, token: digestOfToken(token), ...causeOf(refusal) };
  await appendRecord(deps.journal, 'edit.refused', input, { message, body });
  return refusal;
}

async function judge(
  deps: AdmitEditDeps,
  { incident, edit }: IncidentEdit,
  admissions: readonly Admission[],
): Promise<VerifiedSubmission | Refusal> {
  const { token, ...content } = edit;
  const now = deps.clock();
  const dossier = await loadOpenDossier(deps.blobs, { incident, dossier: content.dossier, now, admissions });
  if ('refused' in dossier) return dossier;
  const impossible = checkEdit(dossier.plan, content.parameters);
  if (impossible) return { refused: impossible };
  const detail = detailOfEdit(content, dossier);
  const verified = await verifyToken(deps, purposeOfEdit(content), { token, now, detail });
  if ('refused' in verified) return verified;
  const { sub: subject, groups } = verified.claims;
  if (groups.length === 0) return { refused: withoutGroups(subject, 'edit') };
  if (!isEntitled(groups, dossier, deps.approverGroups)) {
    return { refused: `${subject} is in no group that may approve this dossier` };
  }
  const old = checkSignInTime(verified.claims, dossier.createdAt);
  if (old) return { refused: old };
  return { kind: 'edit', content, token, ...verified, admittedAt: now.toISOString() };
}

/** Returns true if one of `groups` may approve the dossier. A group that may approve a dossier may also edit it. */
function isEntitled(groups: readonly string[], { verdict }: Dossier, approverGroups: ApproverGroups): boolean {
  const entitled = verdict.allowed
    ? verdict.obligation.groups.filter((group) => approverGroups[verdict.tier].includes(group))
    : [];
  return groups.some((group) => entitled.includes(group));
}

function answerOf({ token: _, ...content }: Edit, { issuer, subject, admittedAt }: Admission): AdmittedEdit {
  return { ...content, issuer, subject, admittedAt };
}
