import { condition, isCancellation, log, setHandler, type ApplicationFailure } from '@temporalio/workflow';
import { approvalOf, ownApproval, type Approval } from '../src/domain/approval.ts';
import { decisionSchema, proofOfDecision, type AdmittedDecision, type Decision } from '../src/domain/decision.ts';
import { digestOf, type Digest } from '../src/domain/digest.ts';
import { sameJson } from '../src/domain/json.ts';
import type { DecisionAnswer } from '../src/domain/ports.ts';
import type { Person } from '../src/domain/proof.ts';
import type { Obligation } from '../src/domain/verdict.ts';
import { execution } from './activity-options.ts';
import { denied, reasonOf, type Ending } from './ending.ts';
import { decideUpdate, decisionSignal, type RemediationInput } from './messages.ts';
import { refusal, visibleProof } from './visible-proof.ts';

/** A dossier on which people decide. */
export interface OpenDossier {
  digest: Digest;
  expiresAt: string;
  obligation: Obligation;
  /** Their approval does not count. */
  requesters: readonly Person[];
}

/** Decisions on the one dossier that is open, if one is. */
export interface Decisions {
  offer(dossier: OpenDossier): void;
  /** Nothing can be decided until another dossier is offered. */
  withdraw(): void;
  /** From now on nothing can be decided any more. */
  close(): void;
  /** Where the dossier stands; undefined before one was offered. */
  approval(): Approval | undefined;
  admitted(): AdmittedDecision[];
  /** True while no decision is at the gateway. */
  quiet(): boolean;
  /** Closes; an execution that is void because somebody denied it meanwhile is denied: waits for what is at the gateway. */
  lastWord(ending: Ending): Promise<Ending>;
}

/**
 * Takes decisions from now on, as Update and as Signal. What is visibly no decision on the open dossier is refused without
 * a trace, as a Signal left out with a line in the log; what is left goes to the gateway, whichever door it came by, and
 * counts only once the gateway has admitted its proof.
 */
export function takeDecisions({ incident, proofs }: RemediationInput): Decisions {
  let open: OpenDossier | undefined;
  let closed = false;
  const admitted: AdmittedDecision[] = [];
  const take = oneAtATime(async (decision) => {
    const answer = await execution.admitDecision({ incident: incident.id, trace: incident.trace, decision });
    if ('admitted' in answer && !admitted.some((known) => sameJson(known, answer.admitted))) {
      admitted.push(answer.admitted);
    }
    return answer;
  });
  const refusalOf = (decision: unknown): ApplicationFailure | undefined =>
    misfit(decision, closed ? undefined : open, proofs);
  setHandler(decideUpdate, take.decision, {
    validator(decision) {
      const refusal = refusalOf(decision);
      if (refusal) throw refusal;
    },
  });
  setHandler(decisionSignal, async (decision) => {
    const why = refusalOf(decision)?.message ?? refusedIn(await take.decision(decision).catch(failed));
    // Nobody waits for an answer to a Signal, and one that fails would fail the workflow.
    if (why) log.warn(`a decision that came as a signal does not count: ${why}`);
  });
  const approval = (): Approval | undefined => {
    const dossier = open;
    if (!dossier) return undefined;
    // What was decided about a dossier that was edited does not carry over; a deny ends the incident all the same.
    const about = admitted.filter(({ dossier: digest, verb }) => digest === dossier.digest || verb === 'deny');
    return approvalOf(dossier.obligation, about, dossier.requesters);
  };
  return {
    offer: (dossier) => void (open = dossier),
    withdraw: () => void (open = undefined),
    close: () => void (closed = true),
    admitted: () => [...admitted],
    quiet: take.quiet,
    approval,
    async lastWord(ending) {
      closed = true;
      if (ending.outcome !== 'void') return ending;
      await condition(take.quiet);
      const stands = approval();
      return stands?.state === 'denied' ? denied(stands.by) : ending;
    },
  };
}

/** The same decision that comes again while the first is at the gateway, by another door, gets the first one's answer. */
function oneAtATime(admit: (decision: Decision) => Promise<DecisionAnswer>) {
  const atGateway = new Map<Digest, Promise<DecisionAnswer>>();
  return {
    quiet: () => atGateway.size === 0,
    async decision(decision: Decision): Promise<DecisionAnswer> {
      const key = digestOf(decision);
      const answer = atGateway.get(key) ?? admit(decision);
      atGateway.set(key, answer);
      try {
        return await answer;
      } finally {
        atGateway.delete(key);
      }
    },
  };
}

function refusedIn(answer: DecisionAnswer): string | undefined {
  return 'refused' in answer ? answer.refused : undefined;
}

function failed(error: unknown): DecisionAnswer {
  return { refused: isCancellation(error) ? 'the workflow was cancelled' : reasonOf(error) };
}

/** Why this is visibly no decision on the open dossier. */
function misfit(
  decision: unknown,
  open: OpenDossier | undefined,
  proofs: RemediationInput['proofs'],
): ApplicationFailure | undefined {
  const parsed = decisionSchema.safeParse(decision);
  if (!parsed.success) return refusal('bad-input', 'this has not the form of a decision');
  if (!open) return refusal('no-open-dossier', 'no dossier of this incident is open for decisions');
  if (parsed.data.dossier !== open.digest) {
    return refusal('decision-refused', `the decision is about another dossier than the open one, ${open.digest}`);
  }
  const proof = visibleProof(proofOfDecision(parsed.data), parsed.data.proof, proofs);
  if ('refused' in proof) return refusal('decision-refused', proof.refused);
  const own = ownApproval({ ...parsed.data, issuer: proof.iss, subject: proof.sub }, open.requesters);
  return own ? refusal('decision-refused', own) : undefined;
}
