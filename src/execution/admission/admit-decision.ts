import { ownApproval } from '../../domain/approval/approval.ts';
import { proofOfDecision, type AdmittedDecision, type Decision } from '../../domain/approval/decision.ts';
import type { DecisionAnswer, DecisionOn, Journal } from '../../domain/ports.ts';
import { digestOfProof } from '../../domain/approval/decision-token.ts';
import { note } from '../append-record.ts';
import { mayDecide, type OpenDossierDeps } from './open-dossier.ts';
import type { Admission, Admissions } from '../ports.ts';
import { prove } from './verify-token.ts';
import { requestersOf, type RequestersDeps } from './requesters.ts';

export interface AdmitDeps extends OpenDossierDeps, RequestersDeps {
  admissions: Admissions;
  journal: Journal;
  clock: () => Date;
}

/**
 * Admits a decision at the moment it arrives, or says why not: a requester's own approval among it. Sent again with the same proof: the same answer, counted
 * once. Whether it is enough, or who else decided, is not asked here: domain/approval.ts says that, over all of them.
 * @throws AirlockError (retry) when the issuer, the blobs, the archive or the journal cannot be asked.
 */
export async function admit(deps: AdmitDeps, on: DecisionOn): Promise<DecisionAnswer> {
  const { decision } = on;
  const earlier = await deps.admissions.find(decision.proof);
  if (earlier && isSame(earlier.decision, decision)) return { admitted: admittedOf(earlier) };
  const judged = await judge(deps, on.incident, decision);
  const { dossier, verb, reason } = decision;
  const proof = digestOfProof(decision.proof);
  if ('refused' in judged) {
    const fact = `${verb} of ${dossier} refused: ${judged.refused}`;
    await note(deps.journal, 'decision.refused', on, { fact, body: { dossier, verb, proof, why: judged.refused } });
    return judged;
  }
  const { issuer, subject, groups } = judged;
  const fact = `${verb} by ${subject} (${groups.join(', ')}): ${reason}`;
  const body = { dossier, verb, reason, issuer, subject, groups, proof };
  await note(deps.journal, 'decision.admitted', on, { fact, body });
  return { admitted: admittedOf(await deps.admissions.add(judged)) };
}

async function judge(deps: AdmitDeps, incident: string, decision: Decision): Promise<Admission | { refused: string }> {
  const now = deps.clock();
  const dossier = await mayDecide(deps, { incident, dossier: decision.dossier, now });
  if ('refused' in dossier) return dossier;
  const proven = await prove(deps, proofOfDecision(decision), { proof: decision.proof, now });
  if ('refused' in proven) return proven;
  const { iss: issuer, sub: subject, groups } = proven.claims;
  const own = ownApproval({ ...decision, issuer, subject }, await requestersOf(deps, dossier));
  if (own) return { refused: own };
  return { decision, issuer, subject, groups, key: proven.key, admittedAt: now.toISOString() };
}

function isSame(a: Decision, b: Decision): boolean {
  return a.dossier === b.dossier && a.verb === b.verb && a.reason === b.reason;
}

function admittedOf({ decision, issuer, subject, groups, admittedAt }: Admission): AdmittedDecision {
  const { dossier, verb, reason } = decision;
  return { dossier, verb, reason, issuer, subject, groups, admittedAt };
}
