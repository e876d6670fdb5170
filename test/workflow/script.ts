import { digestOf, type Digest } from '../../src/lib/digest.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { ExecutionActivities } from '../../src/execution/contract.ts';
import type { GovernanceActivities } from '../../src/governance/contract.ts';
import type { ObservationActivities } from '../../src/observation/contract.ts';
import type { ReasoningActivities } from '../../src/reasoning/contract.ts';

export type Activities = GovernanceActivities & ReasoningActivities & ObservationActivities & ExecutionActivities;

/** The calls of an incident's activities, and their answers. */
export interface Script {
  /** Name and input of every call, in order. */
  calls: { name: keyof Activities; input: any }[];
  names(): string[];
  answer(name: keyof Activities, input: any): Promise<unknown>;
}

export const digests = {
  plan: digestOf('plan'),
  report: digestOf('report'),
  preflight: digestOf('preflight report'),
  dossier: digestOf('dossier'),
  evidence: digestOf('evidence'),
  executed: digestOf('executed plan'),
  next: digestOf('next dossier'),
} satisfies Record<string, Digest>;

/** An allowing verdict in phase limited that requires so many approvals of different groups. */
export function verdict(approvals: number, change: Partial<Extract<Verdict, { allowed: true }>> = {}): Verdict {
  const obligation = { approvals, groups: ['sre', 'lead', 'owner'], distinctGroups: approvals > 1 };
  return { allowed: true, tier: 'low', phase: 'limited', execute: true, obligation, reasons: [], ...change };
}

/** An answer of `judge`: the verdict, and a dossier that expires in so many seconds. */
export function judged(given: Verdict, seconds = 60) {
  return async () => ({ verdict: given, dossier: { digest: digests.dossier, ...validFor(seconds) } });
}

/** Answers of `judge` for two rounds of approval: one dossier at the first call, another one at the next. */
export function twoDossiers(): Activities['judge'] {
  const open = [digests.dossier];
  return async () => {
    return { verdict: verdict(1), dossier: { digest: open.pop() ?? digests.next, ...validFor(60) } };
  };
}

/** The times of a dossier that is made now. */
export function validFor(seconds: number): { createdAt: string; expiresAt: string } {
  const now = Date.now();
  return { createdAt: new Date(now).toISOString(), expiresAt: new Date(now + seconds * 1000).toISOString() };
}

/** Every activity succeeds, and one approval is required. */
const succeeding: Activities = {
  open: async () => ({ opened: true }),
  takeOwnership: async () => ({}),
  observe: async () => ({ evidence: digests.evidence }),
  plan: async () => ({ plan: digests.plan, playbook: 'p', summary: 's' }),
  rehearse: async ({ preflight }) => ({
    report: preflight ? digests.preflight : digests.report,
    outcome: 'safe',
    reason: 'safe',
  }),
  judge: judged(verdict(1)),
  admitDecision: async ({ decision }) => {
    const { sub, groups, iss } = JSON.parse(Buffer.from(decision.token.split('.')[1] ?? '', 'base64url').toString());
    const { dossier, verb, reason } = decision;
    return { admitted: { dossier, verb, reason, subject: sub, groups, issuer: iss, admittedAt: 'now' } };
  },
  prepare: async ({ dossier }) => ({ ready: true, execution: 'exe-do', challenge: 'challenge', dossier }),
  execute: async ({ direction }) => ({ outcome: 'executed', execution: `exe-${direction}`, receipts: [] }),
  verify: async () => ({ verified: true, mismatches: [] }),
  closeLease: async () => undefined,
  remind: async () => undefined,
  close: async () => undefined,
  forwardLateAlerts: async () => ({}),
  executedPlan: async () => ({
    plan: digests.executed,
    subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
  }),
  admitRequest: async ({ request }) => ({ admitted: { ...personOf(request.token), admittedAt: 'now' } }),
  admitEdit: async ({ edit: { token, ...edit } }) => ({ admitted: { ...edit, ...personOf(token), admittedAt: 'now' } }),
};

function personOf(token: string): { issuer: string; subject: string } {
  const { sub, iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return { subject: sub, issuer: iss };
}

export function scripted(answers: Partial<Activities>): Script {
  const calls: Script['calls'] = [];
  const all: Activities = { ...succeeding, ...answers };
  return {
    calls,
    names: () => calls.map(({ name }) => name),
    answer(name, input) {
      calls.push({ name, input });
      return all[name](input as never);
    },
  };
}
