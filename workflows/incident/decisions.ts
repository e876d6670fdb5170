import { isCancellation, log, type ApplicationFailure } from '@temporalio/workflow';
import { approvalOf, checkSelfApproval, type Approval } from '../../src/domain/approval/approval.ts';
import {
  decisionSchema,
  purposeOfDecision,
  type AdmittedDecision,
  type Decision,
} from '../../src/domain/approval/decision.ts';
import { digestOf, type Digest } from '../../src/lib/digest.ts';
import { sameJson } from '../../src/lib/json/json.ts';
import type { DecisionAnswer } from '../../src/domain/approval/decision.ts';
import type { Person, SignInTerms } from '../../src/domain/approval/decision-token.ts';
import type { Obligation } from '../../src/domain/policy/verdict.ts';
import { execution } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import { reasonOf } from './outcome.ts';
import { refusal, inspectToken } from './inspect-token.ts';

/** A dossier that is open for decisions. */
interface OpenDossier {
  digest: Digest;
  expiresAt: string;
  /** How many approvals, of which groups, the dossier needs. */
  obligation: Obligation;
  /** The people who requested or edited the plan. Their approval does not count. */
  requesters: readonly Person[];
}

/** Decisions of people on the open dossier. At most one dossier is open at a time. */
export interface Decisions {
  /** Handles the Update `decide`. */
  decide(decision: Decision): Promise<DecisionAnswer>;
  /**
   * Validates the Update `decide`.
   * @throws ApplicationFailure: the caller gets the reason, and the history gets no event.
   */
  validate(decision: unknown): void;
  /** Handles the Signal `decision`. A decision that does not count is logged and ignored. */
  receive(decision: Decision): Promise<void>;
  /** Opens a dossier for decisions. */
  offer(dossier: OpenDossier): void;
  /** Closes the open dossier. Another dossier can be offered later. */
  withdraw(): void;
  /** Rejects all decisions from now on. */
  close(): void;
  /** Returns whether the open dossier is approved, denied or still waits. Returns undefined if no dossier is open. */
  approval(): Approval | undefined;
  /** Returns the decisions that the gateway has admitted, on all dossiers of the incident. */
  admitted(): AdmittedDecision[];
  /** Returns true if the gateway is checking no decision. */
  isIdle(): boolean;
}

/**
 * Creates the decisions of an incident. A decision arrives as an Update or as a Signal. This code rejects a decision
 * that is wrong even without a check of the signature. The gateway checks all other decisions. A decision counts only
 * if the gateway has admitted it.
 */
export function createDecisions({ incident, signIn }: RemediationInput): Decisions {
  let open: OpenDossier | undefined;
  let closed = false;
  const admitted: AdmittedDecision[] = [];
  const gateway = shareAnswers(async (decision) => {
    const answer = await execution.admitDecision({ incident: incident.id, trace: incident.trace, decision });
    if ('admitted' in answer && !admitted.some((known) => sameJson(known, answer.admitted))) {
      admitted.push(answer.admitted);
    }
    return answer;
  });
  const refusalOf = (decision: unknown): ApplicationFailure | undefined =>
    checkDecision(decision, closed ? undefined : open, signIn);
  return {
    decide: gateway.admit,
    validate(decision) {
      const refusal = refusalOf(decision);
      if (refusal) throw refusal;
    },
    async receive(decision) {
      const why = refusalOf(decision)?.message ?? refusedIn(await gateway.admit(decision).catch(refusedBecause));
      // A Signal has no answer, and a Signal handler that throws an ApplicationFailure fails the workflow.
      if (why) log.warn(`ignored a decision signal: ${why}`);
    },
    offer(dossier) {
      open = dossier;
    },
    withdraw() {
      open = undefined;
    },
    close() {
      closed = true;
    },
    approval() {
      const dossier = open;
      if (!dossier) return undefined;
      // An approval counts only for its own dossier, so approvals of an edited dossier do not count for the next
      // dossier. A denial of any dossier ends the incident.
      const about = admitted.filter(({ dossier: digest, verb }) => digest === dossier.digest || verb === 'deny');
      return approvalOf(dossier.obligation, about, dossier.requesters);
    },
    admitted: () => [...admitted],
    isIdle: gateway.isIdle,
  };
}

/** If a decision arrives again while the gateway is checking it, both copies get the same answer of the gateway. */
function shareAnswers(admit: (decision: Decision) => Promise<DecisionAnswer>) {
  const atGateway = new Map<Digest, Promise<DecisionAnswer>>();
  return {
    isIdle: () => atGateway.size === 0,
    async admit(decision: Decision): Promise<DecisionAnswer> {
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

function refusedBecause(error: unknown): DecisionAnswer {
  return { refused: isCancellation(error) ? 'the workflow was cancelled' : reasonOf(error) };
}

/**
 * Checks everything except the signature of the token: the form, the dossier, the token's claims, and that no requester
 * approves. @returns the refusal, or undefined if the gateway has to check the decision.
 */
function checkDecision(
  decision: unknown,
  open: OpenDossier | undefined,
  signIn: SignInTerms,
): ApplicationFailure | undefined {
  const parsed = decisionSchema.safeParse(decision);
  if (!parsed.success) return refusal('bad-input', 'malformed decision');
  if (!open) return refusal('no-open-dossier', 'no dossier of this incident is open for decisions');
  if (parsed.data.dossier !== open.digest) {
    return refusal('decision-refused', `the decision is about another dossier: the open one is ${open.digest}`);
  }
  const token = inspectToken(purposeOfDecision(parsed.data), parsed.data.token, signIn);
  if ('refused' in token) return refusal('decision-refused', token.refused);
  const own = checkSelfApproval({ ...parsed.data, issuer: token.iss, subject: token.sub }, open.requesters);
  return own ? refusal('decision-refused', own) : undefined;
}
