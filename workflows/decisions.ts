import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { approvalOf, type Approval } from '../src/domain/approval.ts';
import { decisionSchema, proofRefusal, type AdmittedDecision, type Decision } from '../src/domain/decision.ts';
import type { Digest } from '../src/domain/digest.ts';
import { sameJson } from '../src/domain/json.ts';
import { unverifiedClaims } from '../src/domain/proof-claims.ts';
import type { Obligation } from '../src/domain/verdict.ts';
import { execution } from './activity-options.ts';
import { decideUpdate, type RemediationInput } from './messages.ts';

/** A dossier on which people decide. */
export interface OpenDossier {
  digest: Digest;
  expiresAt: string;
  obligation: Obligation;
}

/** Decisions on the one dossier that is open, if one is. */
export interface Decisions {
  offer(dossier: OpenDossier): void;
  /** From now on nothing can be decided any more. */
  close(): void;
  /** Where the dossier stands; undefined before one was offered. */
  approval(): Approval | undefined;
  admitted(): AdmittedDecision[];
}

/**
 * Takes decisions from now on. What is visibly no decision on the open dossier is refused without a trace; what is left
 * goes to the gateway, and counts only once the gateway has admitted its proof.
 */
export function takeDecisions({ incident, proofs }: RemediationInput): Decisions {
  let open: OpenDossier | undefined;
  let closed = false;
  const admitted: AdmittedDecision[] = [];
  const deciding = (): OpenDossier | undefined => (closed ? undefined : open);
  setHandler(
    decideUpdate,
    async (decision) => {
      const answer = await execution.admitDecision({ incident: incident.id, trace: incident.trace, decision });
      if ('admitted' in answer && !admitted.some((known) => sameJson(known, answer.admitted))) {
        admitted.push(answer.admitted);
      }
      return answer;
    },
    { validator: (decision) => mustFit(decision, deciding(), proofs) },
  );
  return {
    offer: (dossier) => void (open = dossier),
    close: () => void (closed = true),
    admitted: () => [...admitted],
    approval() {
      const dossier = open;
      if (!dossier) return undefined;
      return approvalOf(
        dossier.obligation,
        admitted.filter((decision) => decision.dossier === dossier.digest),
      );
    },
  };
}

function mustFit(decision: Decision, open: OpenDossier | undefined, proofs: RemediationInput['proofs']): void {
  const parsed = decisionSchema.safeParse(decision);
  if (!parsed.success) throw refusal('bad-input', 'this has not the form of a decision');
  if (!open) throw refusal('no-open-dossier', 'no dossier of this incident is open for decisions');
  if (parsed.data.dossier !== open.digest) {
    throw refusal('decision-refused', `the decision is about another dossier than the open one, ${open.digest}`);
  }
  const claims = unverifiedClaims(parsed.data.proof);
  const why = claims
    ? proofRefusal(parsed.data, claims, { ...proofs, now: Date.now() / 1000 })
    : 'the proof has no claims';
  if (why) throw refusal('decision-refused', why);
}

function refusal(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
