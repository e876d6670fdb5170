import type { Digest } from '../../src/lib/digest.ts';
import { denialSentences } from '../../src/domain/policy/denial-sentences.ts';
import type { Obligation, Tier } from '../../src/domain/policy/verdict.ts';
import { governance, observation, reasoning } from '../activity-options.ts';
import type { IncidentState } from '../incident/incident-state.ts';
import { takeOwnership } from './take-ownership.ts';
import type { Origin } from './origin.ts';
import { escalated } from '../incident/outcome.ts';
import type { Ended, StageResult } from '../incident/stage-result.ts';

/** A rehearsed plan with its dossier. Policy allows the execution of the plan. */
export interface Rehearsed {
  /** Name of the playbook. */
  playbook: string;
  plan: Digest;
  /** Digest of the signed report of the rehearsal. */
  report: Digest;
  dossier: { digest: Digest; createdAt: string; expiresAt: string };
  tier: Tier;
  /** The approvals that the dossier needs. */
  obligation: Obligation;
}

/**
 * Runs the stages `observe`, `plan`, `rehearse` and `judge`. Each stage can end the incident. For example, `judge` ends
 * the incident if policy denies the plan.
 */
export async function rehearse(state: IncidentState, origin: Origin): Promise<StageResult<Rehearsed>> {
  const { incident } = state.input;
  const observed = await state.stage('observe', () => observe(state, origin));
  if (!('result' in observed)) return observed;

  const planned = await state.stage('plan', () => makePlan(state, origin, observed.result.evidence));
  if (!('result' in planned)) return planned;
  const { plan, playbook } = planned.result;

  const rehearsed = await state.stage('rehearse', () => observation.rehearse({ incident, plan }));
  if (!('result' in rehearsed)) return rehearsed;
  const { report } = rehearsed.result;

  const judged = await state.stage('judge', () => judge(state, origin, { plan, report }));
  if (!('result' in judged)) return judged;
  return { result: { playbook, plan, report, ...judged.result } };
}

async function observe({ input, alerts }: IncidentState, { subject }: Origin): Promise<{ evidence: Digest } | Ended> {
  const observed = await observation.observe({ incident: input.incident, alerts: alerts.sample(), subject });
  if ('none' in observed) return { ended: escalated(observed.none) };
  const merged = await takeOwnership(input, observed.evidence);
  return merged ? { ended: merged } : observed;
}

type Planned = Pick<Rehearsed, 'plan' | 'playbook'>;

async function makePlan(state: IncidentState, origin: Origin, evidence: Digest): Promise<Planned | Ended> {
  const { incident } = state.input;
  const cause = origin.requestCause?.kind ?? 'alert';
  const alerts = state.alerts.sample();
  const planned = await reasoning.plan({ incident, cause, alerts, evidence, requested: origin.requested });
  return 'none' in planned ? { ended: escalated(planned.none) } : planned;
}

type Judged = Pick<Rehearsed, 'dossier' | 'tier' | 'obligation'>;

async function judge(
  state: IncidentState,
  { requestCause, requesters }: Origin,
  { plan, report }: Pick<Rehearsed, 'plan' | 'report'>,
): Promise<Judged | Ended> {
  const { incident } = state.input;
  const alerts = state.alerts.sample();
  const { verdict, dossier } = await governance.judge({ incident, alerts, requestCause, requesters, plan, report });
  if (!verdict.allowed) {
    return { ended: escalated(`policy denies the plan: ${denialSentences(verdict).join('; ')}`) };
  }
  const { phase, execute, tier, obligation } = verdict;
  if (phase === 'shadow') {
    return {
      ended: {
        outcome: 'recorded',
        reason: 'trust phase shadow: nobody was asked to approve, and nothing was executed',
      },
    };
  }
  if (!execute || !dossier) return { ended: escalated(`nothing is executed in phase ${phase}`) };
  return { dossier, tier, obligation };
}
