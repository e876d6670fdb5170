import { editRefusal } from '../../actions/edited.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { proofOfEdit, type AdmittedEdit, type Edit } from '../../domain/approval/edit.ts';
import { sameJson } from '../../lib/json.ts';
import { executionId } from '../../domain/names.ts';
import type { Blobs, EditAnswer, EditOn, Journal } from '../../domain/ports.ts';
import { mayDecide, type OpenDossierDeps } from './open-dossier.ts';
import { digestOfProof } from '../../domain/approval/decision-token.ts';
import { note } from '../append-record.ts';
import type { Ask, Asks, Hold, Ledger } from '../ports.ts';
import { prove, type ProveDeps } from './verify-token.ts';
import { voidedBy } from './requesters.ts';

export interface AdmitEditDeps extends ProveDeps, OpenDossierDeps {
  asks: Asks;
  blobs: Blobs;
  journal: Journal;
  ledger: Pick<Ledger, 'hold'>;
  approverGroups: readonly string[];
  clock: () => Date;
}

type EditAsk = Ask & { kind: 'edit' };

/**
 * Admits an edit at the moment it arrives, or says why not. From then on its dossier is void, whatever was decided about
 * it. Sent again with the same proof: the same answer, counted once. Written down while nobody can begin its execution, so
 * that either this or the execution comes too late.
 * @throws AirlockError (retry) when an execution of the dossier acts at this moment, or the issuer, the blobs, the archive,
 * the ledger or the journal cannot be asked.
 */
export async function admitEdit(deps: AdmitEditDeps, on: EditOn): Promise<EditAnswer> {
  const { edit } = on;
  const earlier = await answered(deps, on);
  if (earlier) return earlier;
  const proven = await judge(deps, on);
  if ('refused' in proven) return refuse(deps, on, proven);
  await using hold = await deps.ledger.hold(executionId(edit.dossier, 'do'));
  const late = await tooLate(deps, on, hold);
  if (late) return 'refused' in late ? refuse(deps, on, late) : late;
  const { issuer, subject, groups } = proven;
  const { dossier, parameters, reason } = edit;
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const fact = `${dossier} is void: ${subject} changed ${given.join(', ')}: ${reason}`;
  await note(deps.journal, 'dossier.voided', on, { fact, body: { ...said(edit), issuer, subject, groups } });
  await hold.stands();
  return { admitted: answerOf((await deps.asks.add(proven)) as EditAsk) };
}

async function answered({ asks }: AdmitEditDeps, on: EditOn): Promise<EditAnswer | undefined> {
  const earlier = await asks.find(on.edit.proof);
  return earlier && isSame(earlier, on) ? { admitted: answerOf(earlier) } : undefined;
}

/** What happened to the dossier since the edit was judged. */
async function tooLate(deps: AdmitEditDeps, on: EditOn, { begun }: Hold): Promise<EditAnswer | undefined> {
  if (begun) return { refused: 'the dossier is executed already' };
  const other = await deps.asks.editOf(on.edit.dossier);
  return other && ((await answered(deps, on)) ?? { refused: voidedBy(other) });
}

async function refuse(deps: AdmitEditDeps, on: EditOn, { refused }: { refused: string }): Promise<EditAnswer> {
  const body = { ...said(on.edit), why: refused };
  await note(deps.journal, 'edit.refused', on, { fact: `edit of ${on.edit.dossier} refused: ${refused}`, body });
  return { refused };
}

function said({ dossier, parameters, reason, proof }: Edit) {
  return { dossier, parameters, reason, proof: digestOfProof(proof) };
}

async function judge(deps: AdmitEditDeps, on: EditOn): Promise<EditAsk | { refused: string }> {
  const { proof, ...edit } = on.edit;
  const now = deps.clock();
  const dossier = await mayDecide(deps, { incident: on.incident, dossier: edit.dossier, now });
  if ('refused' in dossier) return dossier;
  const impossible = editRefusal(dossier.plan, edit.parameters);
  if (impossible) return { refused: impossible };
  const proven = await prove(deps, proofOfEdit(edit), { proof, now });
  if ('refused' in proven) return proven;
  const { iss: issuer, sub: subject, groups } = proven.claims;
  if (!isEntitled(groups, dossier, deps.approverGroups))
    return { refused: `${subject} is in no group that decides on it` };
  const admittedAt = now.toISOString();
  return { kind: 'edit', incident: on.incident, edit, proof, issuer, subject, groups, key: proven.key, admittedAt };
}

/** Whoever could approve a dossier may also change it. */
function isEntitled(groups: readonly string[], { verdict }: Dossier, approverGroups: readonly string[]): boolean {
  const deciding = verdict.allowed ? verdict.obligation.groups.filter((group) => approverGroups.includes(group)) : [];
  return groups.some((group) => deciding.includes(group));
}

function isSame(ask: Ask, { incident, edit }: EditOn): ask is EditAsk {
  const { proof: _, ...asked }: Edit = edit;
  return ask.kind === 'edit' && ask.incident === incident && sameJson(ask.edit, asked);
}

function answerOf({ edit, issuer, subject, admittedAt }: EditAsk): AdmittedEdit {
  return { ...edit, issuer, subject, admittedAt };
}
