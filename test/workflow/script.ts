import { digestOf, type Digest } from '../../src/lib/digest.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { ExecutionActivities } from '../../src/execution/contract.ts';
import type { GovernanceActivities } from '../../src/governance/contract.ts';
import type { ObservationActivities } from '../../src/observation/contract.ts';
import type { ReasoningActivities } from '../../src/reasoning/contract.ts';

export type Activities = GovernanceActivities & ReasoningActivities & ObservationActivities & ExecutionActivities;

/** What an incident's activities were asked, and how they answer. */
export interface Script {
  /** Name and input of every call, in order. */
  calls: { name: keyof Activities; input: any }[];
  names(): string[];
  answer(name: keyof Activities, input: any): Promise<unknown>;
}

export const digests = {
  plan: digestOf('plan'),
  report: digestOf('report'),
  door: digestOf('door report'),
  dossier: digestOf('dossier'),
  evidence: digestOf('evidence'),
  executed: digestOf('executed plan'),
  next: digestOf('next dossier'),
} satisfies Record<string, Digest>;

/** Policy's yes in phase limited: so many people, of different groups. */
export function verdict(approvals: number, change: Partial<Extract<Verdict, { allowed: true }>> = {}): Verdict {
  const obligation = { approvals, groups: ['sre', 'lead', 'owner'], distinctGroups: approvals > 1 };
  return { allowed: true, tier: 'low', phase: 'limited', execute: true, obligation, reasons: [], ...change };
}

/** Answers of `judge`: the verdict, and the dossier, open for so many seconds. */
export function judged(given: Verdict, seconds = 60) {
  const expiresAt = (): string => new Date(Date.now() + seconds * 1000).toISOString();
  return async () => ({ verdict: given, dossier: { digest: digests.dossier, expiresAt: expiresAt() } });
}

/** Answers of `judge` where people are asked twice: a dossier at the first question, another at the next. */
export function twoDossiers(): Activities['judge'] {
  const open = [digests.dossier];
  return async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    return { verdict: verdict(1), dossier: { digest: open.pop() ?? digests.next, expiresAt } };
  };
}

/** Everything goes well, and one approval is needed. */
const well: Activities = {
  open: async () => ({ opened: true }),
  claim: async () => ({}),
  observe: async () => ({ evidence: digests.evidence }),
  plan: async () => ({ plan: digests.plan, playbook: 'p', summary: 's' }),
  rehearse: async ({ door }) => ({ report: door ? digests.door : digests.report, outcome: 'safe', reason: 'safe' }),
  judge: judged(verdict(1)),
  admitDecision: async ({ decision }) => {
    const { sub, groups, iss } = JSON.parse(Buffer.from(decision.proof.split('.')[1] ?? '', 'base64url').toString());
    const { dossier, verb, reason } = decision;
    return { admitted: { dossier, verb, reason, subject: sub, groups, issuer: iss, admittedAt: 'now' } };
  },
  prepare: async ({ dossier }) => ({ ready: true, execution: 'exe-do', challenge: 'challenge', dossier }),
  execute: async ({ direction }) => ({ outcome: 'executed', execution: `exe-${direction}`, receipts: [] }),
  verify: async () => ({ verified: true, mismatches: [] }),
  closeLease: async () => undefined,
  remind: async () => undefined,
  close: async () => undefined,
  handOn: async () => ({}),
  executedPlan: async () => ({
    plan: digests.executed,
    subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
  }),
  admitRequest: async ({ request }) => ({ admitted: { ...personOf(request.proof), admittedAt: 'now' } }),
  admitEdit: async ({ edit: { proof, ...edit } }) => ({ admitted: { ...edit, ...personOf(proof), admittedAt: 'now' } }),
};

function personOf(proof: string): { issuer: string; subject: string } {
  const { sub, iss } = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
  return { subject: sub, issuer: iss };
}

export function scripted(answers: Partial<Activities>): Script {
  const calls: Script['calls'] = [];
  const all: Activities = { ...well, ...answers };
  return {
    calls,
    names: () => calls.map(({ name }) => name),
    answer(name, input) {
      calls.push({ name, input });
      return all[name](input as never);
    },
  };
}
