import { checkSelfApproval } from '../../domain/approval/approval.ts';
import {
  purposeOfDecision,
  type AdmittedDecision,
  type Decision,
  type DecisionAnswer,
  type IncidentDecision,
} from '../../domain/approval/decision.ts';
import type { Journal } from '../../domain/journal/ports.ts';
import { digestOfToken } from '../../domain/approval/decision-token.ts';
import { appendRecord } from '../append-record.ts';
import { loadOpenDossier, type OpenDossierDeps } from './open-dossier.ts';
import type { ArchivedDecision, DecisionArchive } from '../ports.ts';
import { verifyToken } from './verify-token.ts';
import { requestersOf, type RequestersDeps } from './requesters.ts';

/** What `admitDecision` needs from outside. */
export interface AdmitDecisionDeps extends OpenDossierDeps, RequestersDeps {
  decisionArchive: DecisionArchive;
  journal: Journal;
  clock: () => Date;
}

/**
 * Admits a decision that arrives, or refuses the decision with a reason. The approval of a requester is refused. If an
 * admitted decision arrives again, the answer is the same, and the decision counts once.
 * @throws AirlockError (retry) if the OIDC issuer, the blob store, an archive or the journal does not answer;
 * `token-corrupt` if the archived token of a request or edit is no longer valid.
 */
export async function admitDecision(deps: AdmitDecisionDeps, input: IncidentDecision): Promise<DecisionAnswer> {
  const { decision } = input;
  const earlier = await deps.decisionArchive.find(decision.token);
  if (earlier && isSame(earlier.decision, decision)) return { admitted: admittedOf(earlier) };
  const judged = await judge(deps, input.incident, decision);
  const { dossier, verb, reason } = decision;
  const token = digestOfToken(decision.token);
  if ('refused' in judged) {
    const message = `${verb === 'approve' ? 'approval' : 'denial'} of dossier ${dossier} refused: ${judged.refused}`;
    const body = { dossier, verb, token, why: judged.refused };
    await appendRecord(deps.journal, 'decision.refused', input, { message, body });
    return judged;
  }
  const { issuer, subject, groups } = judged;
  const message = `${verb === 'approve' ? 'approved' : 'denied'} by ${subject} (${groups.join(', ')}): ${reason}`;
  const body = { dossier, verb, reason, issuer, subject, groups, token };
  await appendRecord(deps.journal, 'decision.admitted', input, { message, body });
  return { admitted: admittedOf(await deps.decisionArchive.add(judged)) };
}

async function judge(
  deps: AdmitDecisionDeps,
  incident: string,
  decision: Decision,
): Promise<ArchivedDecision | { refused: string }> {
  const now = deps.clock();
  const dossier = await loadOpenDossier(deps, { incident, dossier: decision.dossier, now });
  if ('refused' in dossier) return dossier;
  const verified = await verifyToken(deps, purposeOfDecision(decision), { token: decision.token, now });
  if ('refused' in verified) return verified;
  const { iss: issuer, sub: subject, groups } = verified.claims;
  const refusal = checkSelfApproval({ ...decision, issuer, subject }, await requestersOf(deps, dossier));
  if (refusal) return { refused: refusal };
  return { decision, issuer, subject, groups, key: verified.key, admittedAt: now.toISOString() };
}

/** Compares two decisions that have the same token. */
function isSame(a: Decision, b: Decision): boolean {
  return a.dossier === b.dossier && a.verb === b.verb && a.reason === b.reason;
}

function admittedOf({ decision, issuer, subject, groups, admittedAt }: ArchivedDecision): AdmittedDecision {
  const { dossier, verb, reason } = decision;
  return { dossier, verb, reason, issuer, subject, groups, admittedAt };
}
