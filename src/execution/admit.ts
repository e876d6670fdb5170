import { proofClaimsSchema, proofRefusal, type AdmittedDecision, type Decision } from '../domain/decision.ts';
import { digestOf } from '../domain/digest.ts';
import { AirlockError } from '../domain/error.ts';
import type { Blobs, DecisionAnswer, DecisionOn, Journal } from '../domain/ports.ts';
import { loadDossier } from './load.ts';
import { note } from './note.ts';
import type { Admission, Admissions, ProofVerifier } from './ports.ts';

export interface AdmitDeps {
  blobs: Blobs;
  proofs: ProofVerifier;
  proofTerms: { issuer: string; maxSignInAge: number };
  admissions: Admissions;
  journal: Journal;
  clock: () => Date;
}

/**
 * Admits a decision at the moment it arrives, or says why not. Sent again with the same proof: the same answer, counted
 * once. Whether it is enough, or who else decided, is not asked here: domain/approval.ts says that, over all of them.
 * @throws AirlockError (retry) when the issuer, the blobs, the archive or the journal cannot be asked.
 */
export async function admit(deps: AdmitDeps, on: DecisionOn): Promise<DecisionAnswer> {
  const { decision } = on;
  const earlier = await deps.admissions.find(decision.proof);
  if (earlier && isSame(earlier.decision, decision)) return { admitted: admittedOf(earlier) };
  const judged = await judge(deps, on.incident, decision);
  const { dossier, verb, reason } = decision;
  const proof = digestOf(decision.proof);
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

async function judge(
  { blobs, proofs, proofTerms, clock }: AdmitDeps,
  incident: string,
  decision: Decision,
): Promise<Admission | { refused: string }> {
  const dossier = await loadDossier(blobs, decision.dossier).catch(refusalOf);
  if ('refused' in dossier) return dossier;
  if (dossier.incident !== incident) return { refused: 'the dossier is of another incident' };
  const now = clock();
  if (now.getTime() >= Date.parse(dossier.expiresAt)) return { refused: `the dossier expired at ${dossier.expiresAt}` };
  const verified = await proofs.verify(decision.proof);
  if ('refused' in verified) return verified;
  const claims = proofClaimsSchema.safeParse(verified.claims);
  if (!claims.success) return { refused: `the proof has no usable ${claims.error.issues[0]?.path.join('.')}` };
  const refusal = proofRefusal(decision, claims.data, { ...proofTerms, now: now.getTime() / 1000 });
  if (refusal) return { refused: refusal };
  const { iss: issuer, sub: subject, groups } = claims.data;
  return { decision, issuer, subject, groups, key: verified.key, admittedAt: now.toISOString() };
}

/** A dossier that is not there or not valid is an answer; a store that does not answer is an error. */
function refusalOf(error: unknown): { refused: string } {
  if (error instanceof AirlockError && error.next !== 'retry') return { refused: error.message };
  throw error;
}

function isSame(a: Decision, b: Decision): boolean {
  return a.dossier === b.dossier && a.verb === b.verb && a.reason === b.reason;
}

function admittedOf({ decision, issuer, subject, groups, admittedAt }: Admission): AdmittedDecision {
  const { dossier, verb, reason } = decision;
  return { dossier, verb, reason, issuer, subject, groups, admittedAt };
}
