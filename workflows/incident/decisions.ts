import { isCancellation, log, type ApplicationFailure } from '@temporalio/workflow';
import { approvalStatus, checkApprover, type ApprovalStatus } from '../../src/domain/approval/approval.ts';
import {
  decisionSchema,
  purposeOfDecision,
  type AdmittedDecision,
  type Decision,
  type DecisionAnswer,
} from '../../src/domain/approval/decision.ts';
import { digestOf, type Digest } from '../../src/lib/digest.ts';
import { sameJson } from '../../src/lib/json/json.ts';
import type { Person, SignInTerms } from '../../src/domain/approval/decision-token.ts';
import { checkSignInTime } from '../../src/domain/approval/sign-in.ts';
import type { Obligation } from '../../src/domain/policy/verdict.ts';
import { execution } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import { reasonOf } from './outcome.ts';
import { refusal, inspectToken } from './inspect-token.ts';

/** A dossier that is open for decisions. */
interface OpenDossier {
  digest: Digest;
  /** ISO 8601. The person must sign in after this time. */
  createdAt: string;
  /** How many approvals, of which groups, the dossier needs. */
  obligation: Obligation;
  /** The people who requested or edited the plan. An approval by a requester does not count. */
  requesters: readonly Person[];
}

/** The decisions of people on the dossiers of one incident. At most one dossier is open at a time. */
export interface Decisions {
  /** Handles the Update `decide`. */
  decide(decision: Decision): Promise<DecisionAnswer>;
  /**
   * Validates the Update `decide`.
   * @throws ApplicationFailure with the reason. Temporal returns the reason to the sender of the Update, and writes no
   * event to the history.
   */
  validate(decision: unknown): void;
  /** Handles the Signal `decision`. A decision that does not count is logged and ignored. */
  receive(decision: Decision): Promise<void>;
  /** Opens a dossier for decisions. From now on this dossier is the offered dossier. */
  offer(dossier: OpenDossier): void;
  /** Withdraws the offered dossier. Another dossier can be offered later. */
  withdraw(): void;
  /** Rejects all decisions from now on. The offered dossier keeps its approval status. */
  rejectAll(): void;
  /**
   * Returns whether the offered dossier is approved, is denied, or waits for decisions. A denial of an earlier dossier
   * counts as a denial of the offered dossier. Returns undefined if no dossier is offered.
   */
  approval(): ApprovalStatus | undefined;
  /** Returns the decisions that the gateway has admitted, on all dossiers of the incident. */
  admitted(): AdmittedDecision[];
  /** Returns true if the gateway is checking no decision. */
  isIdle(): boolean;
}

/**
 * Creates the decisions of an incident. A decision arrives as an Update or as a Signal. First, this code checks the
 * decision, except the signature of the token. If the decision passes, the gateway checks the decision completely. A
 * decision counts only if the gateway admits the decision.
 */
export function createDecisions({ incident, signIn }: RemediationInput): Decisions {
  let offered: OpenDossier | undefined;
  let rejectsAll = false;
  const admitted: AdmittedDecision[] = [];
  const gateway = shareAnswers(async (decision) => {
    const answer = await execution.admitDecision({ incident: incident.id, trace: incident.trace, decision });
    if ('admitted' in answer && !admitted.some((known) => sameJson(known, answer.admitted))) {
      admitted.push(answer.admitted);
    }
    return answer;
  });
  const refusalOf = (decision: unknown): ApplicationFailure | undefined =>
    checkDecision(decision, rejectsAll ? undefined : offered, signIn);
  return {
    decide: gateway.admit,
    validate(decision) {
      const error = refusalOf(decision);
      if (error) throw error;
    },
    async receive(decision) {
      const why = refusalOf(decision)?.message ?? whyRefused(await gateway.admit(decision).catch(refusedAnswer));
      // A Signal has no answer. If this handler threw an ApplicationFailure, the workflow would fail.
      if (why) log.warn(`ignored a decision signal: ${why}`);
    },
    offer(dossier) {
      offered = dossier;
    },
    withdraw() {
      offered = undefined;
    },
    rejectAll() {
      rejectsAll = true;
    },
    approval() {
      const dossier = offered;
      if (!dossier) return undefined;
      // An approval counts only for the approved dossier. After an edit, the approvals of the earlier dossier do not
      // count any more. A denial of any dossier ends the incident.
      const counted = admitted.filter(({ dossier: digest, verb }) => digest === dossier.digest || verb === 'deny');
      return approvalStatus(dossier.obligation, counted, dossier.requesters);
    },
    admitted: () => [...admitted],
    isIdle: gateway.isIdle,
  };
}

/**
 * Wraps `admit`, which sends a decision to the gateway. While the gateway is checking a decision, an equal decision is
 * not sent. Both decisions then get the same answer.
 */
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

function whyRefused(answer: DecisionAnswer): string | undefined {
  return 'refused' in answer ? answer.refused : undefined;
}

function refusedAnswer(error: unknown): DecisionAnswer {
  return { refused: isCancellation(error) ? 'the workflow was cancelled' : reasonOf(error) };
}

/**
 * Checks the form of a decision, the dossier, and the claims of the token. Also checks that no requester and nobody
 * without groups approves. Does not check the signature of the token.
 * @returns the error; undefined if all these checks pass.
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
    return refusal('decision-refused', `the decision is about another dossier: the open dossier is ${open.digest}`);
  }
  const token = inspectToken(purposeOfDecision(parsed.data), parsed.data.token, signIn);
  if ('refused' in token) return refusal('decision-refused', token.refused);
  const { iss: issuer, sub: subject, groups } = token;
  const why =
    checkSignInTime(token, open.createdAt) ??
    checkApprover({ ...parsed.data, issuer, subject, groups }, open.requesters);
  return why ? refusal('decision-refused', why) : undefined;
}
