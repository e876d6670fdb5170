import { checkEdit } from '../../actions/check-edit.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import {
  purposeOfEdit,
  type AdmittedEdit,
  type Edit,
  type EditAnswer,
  type EditInput,
} from '../../domain/approval/edit.ts';
import { sameJson } from '../../lib/json/json.ts';
import { executionId } from '../../domain/names.ts';
import type { Blobs, Journal } from '../../domain/journal/ports.ts';
import { openDossier, type OpenDossierDeps } from './open-dossier.ts';
import { digestOfToken } from '../../domain/approval/decision-token.ts';
import { appendRecord } from '../append-record.ts';
import type { Ledger, LockHandle, RequesterRecord, RequesterRecords } from '../ports.ts';
import { verifyToken, type VerifyTokenDeps } from './verify-token.ts';
import { invalidatedBy } from './requesters.ts';

/** What admitting edits needs from outside. */
export interface AdmitEditDeps extends VerifyTokenDeps, OpenDossierDeps {
  requesterRecords: RequesterRecords;
  blobs: Blobs;
  journal: Journal;
  ledger: Pick<Ledger, 'lockWithoutStarting'>;
  /** The groups whose approvals can count, from the gateway's own configuration. */
  approverGroups: readonly string[];
  clock: () => Date;
}

type EditRecord = RequesterRecord & { kind: 'edit' };

/**
 * Admits an arriving edit, or refuses it with a reason. An admitted edit invalidates its dossier, even an approved
 * dossier. If an admitted edit arrives again, the answer is the same, and the edit counts once. The edit is recorded
 * under the lock of the dossier's execution. If an edit and the execution arrive at the same time, only one of the two
 * succeeds.
 * @throws AirlockError (retry) when an attempt of the execution is running, or when the OIDC issuer, the blob store,
 * the archive, the ledger or the journal does not answer.
 */
export async function admitEdit(deps: AdmitEditDeps, input: EditInput): Promise<EditAnswer> {
  const { edit } = input;
  const earlier = await earlierAnswer(deps, input);
  if (earlier) return earlier;
  const judged = await judge(deps, input);
  if ('refused' in judged) return refuse(deps, input, judged);
  await using lock = await deps.ledger.lockWithoutStarting(executionId(edit.dossier, 'do'));
  const late = await tooLate(deps, input, lock);
  if (late) return 'refused' in late ? refuse(deps, input, late) : late;
  const { issuer, subject, groups } = judged;
  const { dossier, parameters, reason } = edit;
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const message = `${dossier} is invalidated: ${subject} set ${given.join(', ')}: ${reason}`;
  const body = { ...bodyOf(edit), issuer, subject, groups };
  await appendRecord(deps.journal, 'dossier.invalidated', input, { message, body });
  await lock.assertHeld();
  return { admitted: answerOf((await deps.requesterRecords.add(judged)) as EditRecord) };
}

async function earlierAnswer({ requesterRecords }: AdmitEditDeps, input: EditInput): Promise<EditAnswer | undefined> {
  const earlier = await requesterRecords.find(input.edit.token);
  return earlier && isSame(earlier, input) ? { admitted: answerOf(earlier) } : undefined;
}

/**
 * Checks under the lock whether the execution has started or an edit has been admitted since `judge` read the dossier.
 * @returns the answer to the late edit; undefined if the edit is in time.
 */
async function tooLate(
  deps: AdmitEditDeps,
  input: EditInput,
  { started }: LockHandle,
): Promise<EditAnswer | undefined> {
  if (started) return { refused: 'the execution of the dossier has already started' };
  const admittedEdit = await deps.requesterRecords.editOf(input.edit.dossier);
  return admittedEdit && ((await earlierAnswer(deps, input)) ?? { refused: invalidatedBy(admittedEdit) });
}

async function refuse(deps: AdmitEditDeps, input: EditInput, { refused }: { refused: string }): Promise<EditAnswer> {
  const message = `edit of ${input.edit.dossier} refused: ${refused}`;
  await appendRecord(deps.journal, 'edit.refused', input, { message, body: { ...bodyOf(input.edit), why: refused } });
  return { refused };
}

/** Returns the body of a journal record about an edit. The body contains the digest of the token, not the token. */
function bodyOf({ dossier, parameters, reason, token }: Edit) {
  return { dossier, parameters, reason, token: digestOfToken(token) };
}

async function judge(
  deps: AdmitEditDeps,
  { incident, edit: sent }: EditInput,
): Promise<EditRecord | { refused: string }> {
  const { token, ...edit } = sent;
  const now = deps.clock();
  const dossier = await openDossier(deps, { incident, dossier: edit.dossier, now });
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

/** Returns true if one of the groups may approve the dossier: the same groups may edit it. */
function isEntitled(groups: readonly string[], { verdict }: Dossier, approverGroups: readonly string[]): boolean {
  const entitled = verdict.allowed ? verdict.obligation.groups.filter((group) => approverGroups.includes(group)) : [];
  return groups.some((group) => entitled.includes(group));
}

function isSame(record: RequesterRecord, { incident, edit }: EditInput): record is EditRecord {
  const { token: _, ...content }: Edit = edit;
  return record.kind === 'edit' && record.incident === incident && sameJson(record.edit, content);
}

function answerOf({ edit, issuer, subject, admittedAt }: EditRecord): AdmittedEdit {
  return { ...edit, issuer, subject, admittedAt };
}
