import type { ApproverGroups } from '../../domain/policy/verdict-floor.ts';
import { checkEdit } from '../../actions/check-edit.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import {
  purposeOfEdit,
  type AdmittedEdit,
  type Edit,
  type EditAnswer,
  type IncidentEdit,
} from '../../domain/approval/edit.ts';
import { sameJson } from '../../lib/json/json.ts';
import { executionId } from '../../domain/names.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import { loadOpenDossier, type OpenDossierDeps } from './open-dossier.ts';
import { digestOfToken } from '../../domain/approval/decision-token.ts';
import { appendRecord } from '../append-record.ts';
import type { Ledger, LockHandle, RequesterRecord, RequesterRecords } from '../ports.ts';
import { verifyToken, type VerifyTokenDeps } from './verify-token.ts';
import { invalidatedBy } from './requesters.ts';

/** What `admitEdit` needs from outside. */
export interface AdmitEditDeps extends VerifyTokenDeps, OpenDossierDeps {
  requesterRecords: RequesterRecords;
  blobs: Blobs;
  journal: Journal;
  ledger: Pick<Ledger, 'lockWithoutStarting'>;
  /** For each tier: the groups whose approvals can count, from the gateway's own configuration. */
  approverGroups: ApproverGroups;
  clock: () => Date;
}

type EditRecord = RequesterRecord & { kind: 'edit' };

/**
 * Admits an edit that arrives, or refuses the edit with a reason. An admitted edit invalidates its dossier, even an
 * approved dossier. If an admitted edit arrives again, the answer is the same. The gateway admits the edit under the
 * lock of the dossier's execution, so the execution cannot start at the same time.
 * @throws AirlockError (retry) if the lock cannot be acquired, or if the OIDC issuer, the blob store, the archive, the
 * ledger or the journal does not answer.
 */
export async function admitEdit(deps: AdmitEditDeps, input: IncidentEdit): Promise<EditAnswer> {
  const { edit } = input;
  const earlier = await answerIfAdmitted(deps, input);
  if (earlier) return earlier;
  const judged = await judge(deps, input);
  if ('refused' in judged) return refuse(deps, input, judged);
  await using lock = await deps.ledger.lockWithoutStarting(executionId(edit.dossier, 'do'));
  const answer = await answerIfTooLate(deps, input, lock);
  if (answer) return 'refused' in answer ? refuse(deps, input, answer) : answer;
  const { issuer, subject, groups } = judged;
  const { dossier, parameters, reason } = edit;
  const assignments = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const message = `dossier ${dossier} is invalidated: ${subject} set ${assignments.join(', ')}; reason: ${reason}`;
  const body = { ...bodyOf(edit), issuer, subject, groups };
  await appendRecord(deps.journal, 'dossier.invalidated', input, { message, body });
  await lock.assertHeld();
  return { admitted: answerOf((await deps.requesterRecords.add(judged)) as EditRecord) };
}

/** Returns the answer to an edit that the gateway has already admitted; undefined for any other edit. */
async function answerIfAdmitted(
  { requesterRecords }: AdmitEditDeps,
  input: IncidentEdit,
): Promise<EditAnswer | undefined> {
  const earlier = await requesterRecords.find(input.edit.token);
  return earlier && isSame(earlier, input) ? { admitted: answerOf(earlier) } : undefined;
}

/**
 * Checks under the lock whether the dossier's execution has started, or whether an edit of the dossier was admitted.
 * @returns the answer to an edit that is too late; undefined if the edit is in time.
 */
async function answerIfTooLate(
  deps: AdmitEditDeps,
  input: IncidentEdit,
  { started }: LockHandle,
): Promise<EditAnswer | undefined> {
  if (started) return { refused: 'the execution of the dossier has already started' };
  const admittedEdit = await deps.requesterRecords.editOf(input.edit.dossier);
  return admittedEdit && ((await answerIfAdmitted(deps, input)) ?? { refused: invalidatedBy(admittedEdit) });
}

async function refuse(deps: AdmitEditDeps, input: IncidentEdit, { refused }: { refused: string }): Promise<EditAnswer> {
  const message = `edit of dossier ${input.edit.dossier} refused: ${refused}`;
  await appendRecord(deps.journal, 'edit.refused', input, { message, body: { ...bodyOf(input.edit), why: refused } });
  return { refused };
}

/** Returns the body of a journal record about an edit. The body contains the digest of the token, not the token. */
function bodyOf({ dossier, parameters, reason, token }: Edit) {
  return { dossier, parameters, reason, token: digestOfToken(token) };
}

async function judge(
  deps: AdmitEditDeps,
  { incident, edit: sent }: IncidentEdit,
): Promise<EditRecord | { refused: string }> {
  const { token, ...edit } = sent;
  const now = deps.clock();
  const dossier = await loadOpenDossier(deps, { incident, dossier: edit.dossier, now });
  if ('refused' in dossier) return dossier;
  const impossible = checkEdit(dossier.plan, edit.parameters);
  if (impossible) return { refused: impossible };
  const verified = await verifyToken(deps, purposeOfEdit(edit), { token, now });
  if ('refused' in verified) return verified;
  const { iss: issuer, sub: subject, groups } = verified.claims;
  if (!isEntitled(groups, dossier, deps.approverGroups)) {
    return { refused: `${subject} is in no group that may approve this dossier` };
  }
  const admittedAt = now.toISOString();
  return { kind: 'edit', incident, edit, token, issuer, subject, groups, key: verified.key, admittedAt };
}

/** Returns true if one of `groups` may approve the dossier. A group that may approve a dossier may also edit it. */
function isEntitled(groups: readonly string[], { verdict }: Dossier, approverGroups: ApproverGroups): boolean {
  const entitled = verdict.allowed
    ? verdict.obligation.groups.filter((group) => approverGroups[verdict.tier].includes(group))
    : [];
  return groups.some((group) => entitled.includes(group));
}

/** Compares an admitted request or edit with an edit that has the same token. */
function isSame(record: RequesterRecord, { incident, edit }: IncidentEdit): record is EditRecord {
  const { token: _, ...content }: Edit = edit;
  return record.kind === 'edit' && record.incident === incident && sameJson(record.edit, content);
}

function answerOf({ edit, issuer, subject, admittedAt }: EditRecord): AdmittedEdit {
  return { ...edit, issuer, subject, admittedAt };
}
